// SPDX-License-Identifier: Apache-2.0

/// A shell pattern over names with slashes.
///
/// `*` stands for any characters but `/`, `**` for any characters, `?` for one character but `/`, `[a-z]` and `[!a-z]` for
/// one of a set or none of it; `\` takes the next character as it is. Letter case counts. Anything else, an unclosed
/// bracket too, stands for itself.
package struct GlobPattern: Sendable, Hashable, CustomStringConvertible {
    private enum Token: Sendable, Hashable {
        case character(Unicode.Scalar)
        case one
        case set([ClosedRange<Unicode.Scalar>], isNegated: Bool)
        case star
        case doubleStar
    }

    /// The pattern as it was written.
    package let description: String
    private let tokens: [Token]

    package init(_ text: String) {
        description = text
        tokens = Self.parse(Array(text.unicodeScalars))
    }

    /// The one name that matches; nil where the pattern has wildcards.
    package var literal: String? {
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
        // The set of places in the pattern where the part of the name read so far can end.
        var places = [Bool](repeating: false, count: tokens.count + 1)
        places[0] = true
        spread(&places)
        for scalar in name.unicodeScalars {
            var next = [Bool](repeating: false, count: tokens.count + 1)
            for (index, token) in tokens.enumerated() where places[index] {
                switch token {
                case .star: if scalar != "/" { next[index] = true }
                case .doubleStar: next[index] = true
                default: if accepts(token, scalar) { next[index + 1] = true }
                }
            }
            spread(&next)
            places = next
        }
        return places[tokens.count]
    }

    /// Stars may stand for nothing.
    private func spread(_ places: inout [Bool]) {
        for (index, token) in tokens.enumerated() where places[index] && (token == .star || token == .doubleStar) {
            places[index + 1] = true
        }
    }

    private func accepts(_ token: Token, _ scalar: Unicode.Scalar) -> Bool {
        switch token {
        case .character(let expected): scalar == expected
        case .one: scalar != "/"
        case .set(let ranges, let isNegated): scalar != "/" && ranges.contains { $0.contains(scalar) } != isNegated
        case .star, .doubleStar: false
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
                tokens.append(index > start ? .doubleStar : .star)
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
