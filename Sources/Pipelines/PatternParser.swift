// SPDX-License-Identifier: Apache-2.0

/// Reads a regular expression.
struct PatternParser {
    private static let lengthLimit = 1000
    private static let depthLimit = 50
    private static let repetitionLimit = 1000

    private(set) var ignoresCase = false
    private var dotMatchesAll = false
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var depth = 0

    init(_ pattern: String) throws(TextPattern.Problem) {
        scalars = Array(pattern.unicodeScalars)
        guard scalars.count <= Self.lengthLimit else {
            throw TextPattern.Problem(
                message: "it has \(scalars.count) characters, and \(Self.lengthLimit) are allowed."
            )
        }
    }

    /// The whole pattern.
    mutating func parse() throws(TextPattern.Problem) -> PatternNode {
        try takeFlags()
        let node = try parseChoice()
        guard index == scalars.count else { throw problem("a `)` has no `(`") }
        return node
    }

    private mutating func takeFlags() throws(TextPattern.Problem) {
        while peek == "(", at(1) == "?", at(2) == "i" || at(2) == "s" {
            index += 2
            while let flag = peek, flag != ")" {
                switch flag {
                case "i": ignoresCase = true
                case "s": dotMatchesAll = true
                default: throw problem("the flag `\(flag)` is not supported")
                }
                index += 1
            }
            guard take(")") else { throw problem("a `(` is not closed") }
        }
    }

    private mutating func parseChoice() throws(TextPattern.Problem) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw problem("its groups are too deep") }
        var parts = [try parseSequence()]
        while take("|") { parts.append(try parseSequence()) }
        return parts.count == 1 ? parts[0] : .choice(parts)
    }

    private mutating func parseSequence() throws(TextPattern.Problem) -> PatternNode {
        var parts: [PatternNode] = []
        while let next = peek, next != "|", next != ")" {
            let atom = try parseAtom()
            parts.append(try parseRepetition(of: atom))
        }
        return .sequence(parts)
    }

    private mutating func parseAtom() throws(TextPattern.Problem) -> PatternNode {
        guard let scalar = next() else { throw problem("it ends too early") }
        switch scalar {
        case ".": return .character(dotMatchesAll ? .all : CharacterClass.line.inverted)
        case "^": return .assertion(.start)
        case "$": return .assertion(.end)
        case "[": return .character(try parseClass())
        case "(":
            try takeGroupKind()
            let node = try parseChoice()
            guard take(")") else { throw problem("a `(` is not closed") }
            return node
        case "*", "+", "?", "{":
            throw problem("`\(scalar)` has nothing to repeat; write `\\\(scalar)` for the character")
        case "\\":
            switch peek {
            case "A":
                index += 1
                return .assertion(.start)
            case "z", "Z":
                index += 1
                return .assertion(.end)
            case "b":
                index += 1
                return .assertion(.wordBoundary(isNegated: false))
            case "B":
                index += 1
                return .assertion(.wordBoundary(isNegated: true))
            default: return .character(try parseEscape())
            }
        default: return .character(CharacterClass(scalar))
        }
    }

    private mutating func takeGroupKind() throws(TextPattern.Problem) {
        guard take("?") else { return }
        if take(":") { return }
        if take("<"), let first = peek, first.properties.isAlphabetic {
            while let scalar = next() { if scalar == ">" { return } }
        }
        throw problem("lookaround and flags inside of it are not supported; of groups there are `(…)` and `(?:…)`")
    }

    private mutating func parseRepetition(of atom: PatternNode) throws(TextPattern.Problem) -> PatternNode {
        var node = atom
        while let scalar = peek, scalar == "*" || scalar == "+" || scalar == "?" || scalar == "{" {
            index += 1
            switch scalar {
            case "*": node = .repetition(node, least: 0, most: nil)
            case "+": node = .repetition(node, least: 1, most: nil)
            case "?": node = .repetition(node, least: 0, most: 1)
            default:
                let least = try parseNumber()
                var most: Int? = least
                if take(",") { most = peek == "}" ? nil : try parseNumber() }
                guard take("}") else { throw problem("a `{` is not closed") }
                if let most, most < least {
                    throw problem("the repetition {\(least),\(most)} has its numbers the wrong way round")
                }
                node = .repetition(node, least: least, most: most)
            }
            // Lazy: which way is tried first makes no difference to whether the whole text matches.
            if take("?") { continue }
            if peek == "+" { throw problem("possessive repetition is not supported") }
        }
        return node
    }

    private mutating func parseNumber() throws(TextPattern.Problem) -> Int {
        var number = 0
        let start = index
        while let scalar = peek, ("0"..."9").contains(scalar), number <= Self.repetitionLimit {
            number = number * 10 + Int(scalar.value - 0x30)
            index += 1
        }
        guard index > start, number <= Self.repetitionLimit else {
            throw problem("`{` must be followed by a number of at most \(Self.repetitionLimit)")
        }
        return number
    }

    private mutating func parseClass() throws(TextPattern.Problem) -> CharacterClass {
        var set = CharacterClass()
        let isNegated = take("^")
        var isFirst = true
        while let scalar = next() {
            if scalar == "]", !isFirst {
                return CharacterClass(set.ranges, isNegated: isNegated)
            }
            isFirst = false
            if scalar == "[" || (scalar == "&" && peek == "&") {
                throw problem(
                    "sets of characters inside of sets are not supported; write `\\\(scalar)` for the character"
                )
            }
            let low = scalar == "\\" ? try parseEscape() : CharacterClass(scalar)
            guard peek == "-", let end = at(1), end != "]", let start = low.single else {
                set.add(low)
                continue
            }
            index += 1
            guard let scalar = next() else { break }
            let high = scalar == "\\" ? try parseEscape() : CharacterClass(scalar)
            guard let upper = high.single, start <= upper else {
                throw problem("a range in `[…]` has its ends the wrong way round")
            }
            set.add(start...upper)
        }
        throw problem("a `[` is not closed")
    }

    private mutating func parseEscape() throws(TextPattern.Problem) -> CharacterClass {
        guard let scalar = next() else { throw problem("it ends with a `\\`") }
        switch scalar {
        case "d": return .digit
        case "D": return CharacterClass.digit.inverted
        case "w": return .word
        case "W": return CharacterClass.word.inverted
        case "s": return .space
        case "S": return CharacterClass.space.inverted
        case "t": return CharacterClass("\t")
        case "n": return CharacterClass("\n")
        case "r": return CharacterClass("\r")
        case "f": return CharacterClass("\u{0C}")
        case "1"..."9", "k": throw problem("back references are not supported")
        case "a"..."z", "A"..."Z", "0": throw problem("`\\\(scalar)` is not supported")
        default: return CharacterClass(scalar)
        }
    }

    // MARK: - Characters

    private var peek: Unicode.Scalar? { at(0) }

    private func at(_ offset: Int) -> Unicode.Scalar? {
        index + offset < scalars.count ? scalars[index + offset] : nil
    }

    private mutating func next() -> Unicode.Scalar? {
        guard let scalar = peek else { return nil }
        index += 1
        return scalar
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        index += 1
        return true
    }

    private func problem(_ text: String) -> TextPattern.Problem {
        TextPattern.Problem(message: "\(text).")
    }
}

extension CharacterClass {
    /// The only character of a set of one.
    fileprivate var single: UInt32? {
        guard !isNegated, ranges.count == 1, let range = ranges.first, range.count == 1 else { return nil }
        return range.lowerBound
    }
}
