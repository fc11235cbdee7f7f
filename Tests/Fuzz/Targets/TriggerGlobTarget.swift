// SPDX-License-Identifier: Apache-2.0

internal import Pipelines

/// Patterns of triggers match what a slow and simple matcher says.
struct TriggerGlobTarget: FuzzTarget {
    let name = "trigger"
    let seeds = [
        "feature/**\nfeature/a/b", "{main,release-*}/**/x?[a-c]\nmain/q/xyb", "**/*.md\na/b/c.md", "[!a-z]\\*\n9*",
        "a**b/**\naxxb/c",
    ].map { Array($0.utf8) }
    let words = [
        "*", "**", "**/", "?", "[a-z]", "[!a]", "[^", "]", "{", "}", ",", "\\", "/", "a", "b", "-", "\n", "{a,b}",
    ]

    func check(_ input: [UInt8]) throws {
        let input = PatternAndText(input)
        let glob = TriggerGlob(input.pattern)
        try FuzzFailure.unless(
            (glob == nil) == (TriggerGlob.problem(input.pattern) != nil),
            "a problem, or none, too much"
        )
        guard let glob else { return }
        for text in [input.text, input.pattern, "a/b"] {
            guard let expected = NaiveMatcher.matches(Self.pieces(input.pattern), text) else { continue }
            try FuzzFailure.unless(
                glob.matches(text) == expected,
                "`\(input.pattern)` \(expected ? "should match" : "should not match") \(text.debugDescription)"
            )
        }
    }

    /// A good pattern, taken apart in one pass.
    private static func pieces(_ pattern: String) -> [NaiveMatcher.Piece] {
        var rest = Array(pattern.unicodeScalars)[...]
        var isAtStart = true
        return sequence(&rest, &isAtStart, inBraces: false)
    }

    private static func sequence(
        _ rest: inout ArraySlice<Unicode.Scalar>,
        _ isAtStart: inout Bool,
        inBraces: Bool
    ) -> [NaiveMatcher.Piece] {
        var pieces: [NaiveMatcher.Piece] = []
        while let scalar = rest.first, !(inBraces && (scalar == "," || scalar == "}")) {
            rest = rest.dropFirst()
            let wasAtStart = isAtStart
            isAtStart = scalar == "/"
            switch scalar {
            case "*":
                let more = rest.prefix { $0 == "*" }.count
                rest = rest.dropFirst(more)
                if more > 0, wasAtStart, rest.first == "/" {
                    rest = rest.dropFirst()
                    isAtStart = true
                    pieces.append(.folders)
                } else {
                    pieces.append(.many { more > 0 || $0 != "/" })
                }
            case "?": pieces.append(.one { $0 != "/" })
            case "[": pieces.append(.one(members(&rest)))
            case "{":
                var choices: [[NaiveMatcher.Piece]] = []
                repeat {
                    isAtStart = true
                    choices.append(sequence(&rest, &isAtStart, inBraces: true))
                } while rest.popFirst() == ","
                isAtStart = false
                pieces.append(.choice(choices))
            case "\\":
                let next = rest.popFirst()
                // The character before a `**` counts, escaped or not.
                isAtStart = next == "/" || next == "{" || next == ","
                pieces.append(.one { $0 == next })
            default:
                if scalar == "{" || scalar == "," { isAtStart = true }
                pieces.append(.one { $0 == scalar })
            }
        }
        return pieces
    }

    private static func members(_ rest: inout ArraySlice<Unicode.Scalar>) -> (Unicode.Scalar) -> Bool {
        var isNegated = false
        if rest.first == "!" || rest.first == "^" { (isNegated, rest) = (true, rest.dropFirst()) }
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        func next() -> Unicode.Scalar {
            if rest.first == "\\" { rest = rest.dropFirst() }
            return rest.popFirst() ?? "]"
        }
        while !rest.isEmpty, rest.first != "]" || ranges.isEmpty {
            let low = next()
            var high = low
            if rest.first == "-", rest.count > 1, rest.dropFirst().first != "]" {
                rest = rest.dropFirst()
                high = next()
            }
            ranges.append(low...high)
        }
        rest = rest.dropFirst()
        return { scalar in ranges.contains { $0.contains(scalar) } != isNegated && !(isNegated && scalar == "/") }
    }
}
