// SPDX-License-Identifier: Apache-2.0

internal import Repositories

/// Patterns of branches and ignore files match what a slow and simple matcher says.
struct GitGlobTarget: FuzzTarget {
    let name = "gitglob"
    let seeds = [
        "feature/**\nfeature/a/b", "**/build/*.o\na/build/x.o", "v[0-9]?\nv12", "[!a-z]\\*\n9*", "*-model\nbig-model",
        "**/**/a\nx/a",
    ].map { Array($0.utf8) }
    let words = ["*", "**", "**/", "?", "[a-z]", "[!a]", "[", "]", "\\", "/", "a", "b", "-", "\n", "[]a]", "**/**/"]

    func check(_ input: [UInt8]) throws {
        let input = PatternAndText(input)
        let glob = GlobPattern(input.pattern)
        try FuzzFailure.unless(glob.description == input.pattern, "it calls itself \(glob.description)")
        for text in [input.text, input.pattern, "a/b"] {
            guard let expected = NaiveMatcher.matches(Self.pieces(input.pattern), text) else { continue }
            try FuzzFailure.unless(
                glob.matches(text) == expected,
                "`\(input.pattern)` \(expected ? "should match" : "should not match") \(text.debugDescription)"
            )
        }
        if let literal = glob.literal {
            try FuzzFailure.unless(glob.matches(literal), "it does not match its only name")
        }
    }

    private static func pieces(_ pattern: String) -> [NaiveMatcher.Piece] {
        var pieces: [NaiveMatcher.Piece] = []
        var rest = Array(pattern.unicodeScalars)[...]
        var last: Unicode.Scalar = "/"
        while let scalar = rest.popFirst() {
            let before = last
            last = scalar
            switch scalar {
            case "*":
                let more = rest.prefix { $0 == "*" }.count
                rest = rest.dropFirst(more)
                if more > 0, before == "/", rest.first == "/" {
                    rest = rest.dropFirst()
                    last = "/"
                    pieces.append(.folders)
                } else {
                    pieces.append(.many { more > 0 || $0 != "/" })
                }
            case "?": pieces.append(.one { $0 != "/" })
            case "[":
                if let members = members(&rest) {
                    pieces.append(.one(members))
                } else {
                    pieces.append(.one { $0 == "[" })
                }
                if before == "/", pieces.isEmpty { last = "/" }
            case "\\" where !rest.isEmpty:
                let next = rest.removeFirst()
                last = next
                pieces.append(.one { $0 == next })
            default: pieces.append(.one { $0 == scalar })
            }
        }
        return pieces
    }

    /// The members of a set; nil, with nothing taken, where it is not closed.
    private static func members(_ rest: inout ArraySlice<Unicode.Scalar>) -> ((Unicode.Scalar) -> Bool)? {
        var inside = rest
        var isNegated = false
        if inside.first == "!" || inside.first == "^" { (isNegated, inside) = (true, inside.dropFirst()) }
        var ranges: [(Unicode.Scalar, Unicode.Scalar)] = []
        while let low = inside.popFirst() {
            if low == "]", !ranges.isEmpty {
                rest = inside
                return { scalar in
                    scalar != "/" && ranges.contains { $0.0 <= scalar && scalar <= $0.1 } != isNegated
                }
            }
            if inside.count >= 2, inside.first == "-", inside.dropFirst().first != "]" {
                inside = inside.dropFirst()
                ranges.append((low, inside.removeFirst()))
            } else {
                ranges.append((low, low))
            }
        }
        return nil
    }
}
