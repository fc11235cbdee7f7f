// SPDX-License-Identifier: Apache-2.0

/// A pattern as git and the shell have it, over names with slashes; `Globs` has the other kind, that of artifacts.
///
/// `*` stands for any characters but `/`, `**` for any characters, `**/` at the beginning of a part
/// for any number of parts or none, `?` for one character but `/`, `[a-z]` and `[!a-z]` for
/// one of a set or none of it; `\` takes the next character as it is. Letter case counts. Anything else, an unclosed
/// bracket too, stands for itself.
package struct GlobPattern: Sendable, Hashable, CustomStringConvertible {
    private enum Token: Sendable, Hashable {
        case character(Unicode.Scalar)
        case one
        case set([ClosedRange<Unicode.Scalar>], isNegated: Bool)
        case star
        case doubleStar
        /// `**/` at the beginning or after a slash.
        case parts
    }

    /// The pattern as it was written.
    package let description: String
    private let tokens: [Token]
    /// The one name that matches; nil where the pattern has wildcards.
    package let literal: String?
    /// What a name without slashes ends with; nil unless the pattern is a star and plain text without slashes.
    private let suffix: String?

    package init(_ text: String) {
        description = text
        tokens = Self.parse(Array(text.unicodeScalars))
        literal = Self.text(of: tokens[...])
        let rest = tokens.first == .star ? Self.text(of: tokens.dropFirst()) : nil
        suffix = rest.flatMap { $0.utf8.contains(UInt8(ascii: "/")) ? nil : $0 }
    }

    /// The text that tokens without wildcards stand for.
    private static func text(of tokens: ArraySlice<Token>) -> String? {
        var result = ""
        for token in tokens {
            guard case .character(let scalar) = token else { return nil }
            result.unicodeScalars.append(scalar)
        }
        return result
    }

    /// Whether the whole of a name matches.
    /// - Complexity: the length of the name times that of the pattern, whatever both hold.
    package func matches(_ name: String) -> Bool {
        // Most patterns are of these two kinds. Bytes are compared: a letter and its composed form are different names.
        if let literal { return literal.utf8.elementsEqual(name.utf8) }
        if let suffix {
            return name.utf8.count >= suffix.utf8.count && !name.utf8.contains(UInt8(ascii: "/"))
                && name.utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
        }
        // The set of places in the pattern where the part of the name read so far can end.
        var places = [Bool](repeating: false, count: tokens.count + 1)
        arrive(at: 0, &places)
        for scalar in name.unicodeScalars {
            var next = [Bool](repeating: false, count: tokens.count + 1)
            for (index, token) in tokens.enumerated() where places[index] {
                switch token {
                case .star: if scalar != "/" { arrive(at: index, &next) }
                case .doubleStar: arrive(at: index, &next)
                case .parts:
                    // Within a part what follows cannot begin, after its slash it can.
                    next[index] = true
                    if scalar == "/" { arrive(at: index + 1, &next) }
                default: if accepts(token, scalar) { arrive(at: index + 1, &next) }
                }
            }
            places = next
        }
        return places[tokens.count]
    }

    /// Notes a place, and those behind tokens that may stand for nothing.
    private func arrive(at place: Int, _ places: inout [Bool]) {
        places[place] = true
        guard place < tokens.count else { return }
        switch tokens[place] {
        case .star, .doubleStar, .parts: arrive(at: place + 1, &places)
        default: break
        }
    }

    private func accepts(_ token: Token, _ scalar: Unicode.Scalar) -> Bool {
        switch token {
        case .character(let expected): scalar == expected
        case .one: scalar != "/"
        case .set(let ranges, let isNegated): scalar != "/" && ranges.contains { $0.contains(scalar) } != isNegated
        case .star, .doubleStar, .parts: false
        }
    }

    private static func parse(_ text: [Unicode.Scalar]) -> [Token] {
        var tokens: [Token] = []
        var index = 0
        while index < text.count {
            switch text[index] {
            case "*":
                let start = index
                while index + 1 < text.count, text[index + 1] == "*" { index += 1 }
                let isPart = start == 0 || text[start - 1] == "/"
                if index > start, isPart, index + 1 < text.count, text[index + 1] == "/" {
                    index += 1
                    // Neighbouring ones say the same as one.
                    if tokens.last != .parts { tokens.append(.parts) }
                } else {
                    tokens.append(index > start ? .doubleStar : .star)
                }
            case "?":
                tokens.append(.one)
            case "[":
                if let (token, end) = set(text, from: index + 1) {
                    tokens.append(token)
                    index = end
                } else {
                    tokens.append(.character("["))
                }
            case "\\" where index + 1 < text.count:
                index += 1
                tokens.append(.character(text[index]))
            default:
                tokens.append(.character(text[index]))
            }
            index += 1
        }
        return tokens
    }

    /// Reads a set whose `[` has been read; nil when it is not closed.
    private static func set(_ text: [Unicode.Scalar], from start: Int) -> (token: Token, end: Int)? {
        var index = start
        let isNegated = index < text.count && (text[index] == "!" || text[index] == "^")
        if isNegated { index += 1 }
        let first = index
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        while index < text.count {
            // As in POSIX, a bracket that comes first is a member.
            if text[index] == "]", index > first { return (token: .set(ranges, isNegated: isNegated), end: index) }
            let low = text[index]
            if index + 2 < text.count, text[index + 1] == "-", text[index + 2] != "]" {
                let high = text[index + 2]
                if low <= high { ranges.append(low...high) }
                index += 3
            } else {
                ranges.append(low...low)
                index += 1
            }
        }
        return nil
    }
}
