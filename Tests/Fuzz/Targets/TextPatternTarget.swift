// SPDX-License-Identifier: Apache-2.0

internal import Pipelines

/// Regular expressions keep the laws of regular expressions, in bounded time.
struct TextPatternTarget: FuzzTarget {
    let name = "regex"
    let seeds = [
        "(a|b)*c{2,3}\nabacc", "^[^a-z]\\d+\\.?$\nZ12.", "(?i)(?:main|model)-v\\d{1,3}\nMAIN-v12",
        "((a*)*)*b\naaaaaaaaaaaaaaaaaaaa",
        "\\bx\\B.*\nxy z", "(){3}x?\nx",
    ].map { Array($0.utf8) }
    let words = [
        "(", ")", "|", "*", "+", "?", "{2}", "{0,}", "{1000}", "{3,1000}", "[a-z]", "[^", "]", "\\d", "\\W", "\\b", "^",
        "$", ".", "(?i)", "(?:",
        "a", "\n", "()", "{0}", "-", "\\",
    ]

    func check(_ input: [UInt8]) throws {
        let input = PatternAndText(input)
        let pattern = input.pattern
        let text = String(input.text.unicodeScalars.prefix(200).map { Character($0) })
        guard let found = try matches(pattern, text) else { return }
        // Flags stand in front of everything.
        guard !pattern.hasPrefix("(?") || pattern.hasPrefix("(?:") else { return }
        try expect("(?:\(pattern))", text, found)
        try expect("(?:\(pattern)){1}", text, found)
        try expect("(?:\(pattern))|(?:\(pattern))", text, found)
        try expect("(?:\(pattern))?", text, found || text.isEmpty)
        try expect("(?s).*|\(pattern)", text, true)
        if found { try expect("(?:\(pattern))+", text, true) }
    }

    private func matches(_ pattern: String, _ text: String) throws -> Bool? {
        do throws(TextPattern.Problem) {
            return try TextPattern(pattern).matches(text)
        } catch {
            try FuzzFailure.unless(!error.message.isEmpty, "a problem without words")
            return nil
        }
    }

    private func expect(_ pattern: String, _ text: String, _ expected: Bool) throws {
        // One that is made longer may be too long.
        guard let found = try matches(pattern, text) else { return }
        try FuzzFailure.unless(
            found == expected,
            "`\(pattern)` \(expected ? "should match" : "should not match") \(text.debugDescription)"
        )
    }
}
