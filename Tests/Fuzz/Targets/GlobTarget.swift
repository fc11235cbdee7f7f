// SPDX-License-Identifier: Apache-2.0

internal import Globs

/// Patterns of artifacts match what a slow and simple matcher says, name by name as well.
struct GlobTarget: FuzzTarget {
    let name = "glob"
    let seeds = [
        "**/*\na/b", "out/**/x?[a-c].txt\nout/q/r/xyb.txt", "*.md\nREADME.md", "[^a-z]\\*/**\n9*/z",
        "a/**/b/**/c\na/b/c", "./a//b\na/b",
    ].map { Array($0.utf8) }
    let words = ["*", "**", "**/", "/**", "?", "[a-z]", "[^a]", "[", "]", "\\", "/", "a", "b", "-", "\n", "é", "./"]

    func check(_ input: [UInt8]) throws {
        let input = PatternAndText(input)
        let pattern = input.pattern
        let glob: Glob
        do throws(GlobError) { glob = try Glob(pattern) } catch { return }
        for text in [input.text, pattern, "a/b"] {
            let names = text.utf8.split(separator: UInt8(ascii: "/")).map { Array($0) }
            let matches = glob.matches(text)
            var steps = text.utf8.count + pattern.utf8.count > NaiveMatcher.limitLength ? 0 : 20_000
            let expected = Self.matches(glob.segments[...], names[...], &steps)
            try FuzzFailure.unless(
                steps <= 0 || matches == expected,
                "`\(pattern)` \(expected ? "should match" : "should not match") \(text.debugDescription)"
            )
            try checkWalk(glob, names, matches)
        }
    }

    /// A walk that goes only where it may must come to the same.
    private func checkWalk(_ glob: Glob, _ names: [[UInt8]], _ matches: Bool) throws {
        var state = glob.start
        for (index, name) in names.enumerated() {
            let isLast = index == names.count - 1
            if matches {
                try FuzzFailure.unless(glob.mayMatchBelow(state), "a walk would stop before name \(index)")
                if let literals = glob.literalNames(after: state) {
                    try FuzzFailure.unless(literals.contains(name), "a walk would not look for name \(index)")
                }
            }
            if glob.matchesAllBelow(state) { try FuzzFailure.unless(matches, "all below name \(index) should match") }
            state = glob.next(state, name)
            if isLast { try FuzzFailure.unless(glob.isMatch(state) == matches, "a walk comes to the opposite") }
        }
    }

    private static func matches(
        _ segments: ArraySlice<GlobSegment>,
        _ names: ArraySlice<[UInt8]>,
        _ steps: inout Int
    ) -> Bool {
        steps -= 1
        if steps <= 0 { return false }
        guard let segment = segments.first else { return names.isEmpty }
        let rest = segments.dropFirst()
        if segment == .anyDepth {
            // At the end it stands for one name at least.
            if rest.isEmpty { return !names.isEmpty }
            return matches(rest, names, &steps) || (!names.isEmpty && matches(segments, names.dropFirst(), &steps))
        }
        guard let name = names.first, matches(segment, name, &steps) else { return false }
        return matches(rest, names.dropFirst(), &steps)
    }

    private static func matches(_ segment: GlobSegment, _ name: [UInt8], _ steps: inout Int) -> Bool {
        switch segment {
        case .anyDepth, .anyName: true
        case .literal(let bytes): bytes == name
        case .wildcard(let tokens): matches(tokens[...], name[...], &steps)
        }
    }

    private static func matches(
        _ tokens: ArraySlice<GlobSegment.Token>,
        _ name: ArraySlice<UInt8>,
        _ steps: inout Int
    ) -> Bool {
        steps -= 1
        if steps <= 0 { return false }
        guard let token = tokens.first else { return name.isEmpty }
        let rest = tokens.dropFirst()
        let (scalar, length) = character(name)
        switch token {
        case .byte(let byte): return name.first == byte && matches(rest, name.dropFirst(), &steps)
        case .anyRun:
            return matches(rest, name, &steps) || (!name.isEmpty && matches(tokens, name.dropFirst(), &steps))
        case .anyCharacter: return !name.isEmpty && matches(rest, name.dropFirst(length), &steps)
        case .oneOf(let ranges, let isNegated):
            return !name.isEmpty && ranges.contains { $0.contains(scalar) } != isNegated
                && matches(rest, name.dropFirst(length), &steps)
        }
    }

    /// The first character; a byte that is no UTF-8 is one for itself.
    private static func character(_ bytes: ArraySlice<UInt8>) -> (UInt32, Int) {
        for length in 1...4 where bytes.count >= length {
            if let text = String(validating: bytes.prefix(length), as: UTF8.self),
                let scalar = text.unicodeScalars.first
            {
                return (scalar.value, length)
            }
        }
        return (0xFFFD, 1)
    }
}
