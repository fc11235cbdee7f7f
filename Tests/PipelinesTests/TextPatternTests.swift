// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Pipelines

@Suite("Regular expressions of VariableCheck")
struct TextPatternTests {
    @Test(
        "whole texts are matched",
        arguments: [
            ("", "", true), ("", "a", false), ("abc", "abc", true), ("ab", "abc", false), (".*b.*", "abc", true),
            ("a|bc|", "bc", true), ("a|bc|", "", true), ("a|bc", "ab", false), ("(a|b)*c", "ababc", true),
            ("(a|b)*c", "abdc", false), ("a{2,3}", "aa", true), ("a{2,3}", "aaaa", false), ("a{2,}", "aaaaa", true),
            ("a{2}", "a", false), ("a?b+?", "bbb", true), ("[a-c_-]+", "a-b_c", true), ("[^a-c]+", "xyz", true),
            ("[^a-c]+", "xaz", false), (#"\d{4}-\d\d"#, "2026-11", true), (#"[\w.]+@\S+"#, "a.b@c", true),
            (#"\Qa"#, "a", false), (#"^v\d+\.\d+$"#, "v1.20", true), (#"a\.b"#, "axb", false), ("[]a]+", "]a", true),
            ("(?i)PROD", "prod", true), ("(?i)[a-z]É", "Xé", true), (".", "\n", false), ("(?s).", "\n", true),
            (#".*\bfix\b.*"#, "a fix it", true), (#".*\bfix\b.*"#, "prefixes", false), ("(?:x(?<n>y))+", "xyxy", true),
            ("(a*)*", "aaa", true), ("(a*)*", "b", false), ("(|a)+", "aa", true), (#"[\D]"#, "x", true),
            (#"[^\W]"#, "-", false), ("é+", "éé", true), ("a{0}", "", true), ("x*^x", "xx", false),
        ]
    )
    func matches(pattern: String, text: String, expected: Bool) throws {
        guard let compiled = try? TextPattern(pattern) else {
            #expect(pattern == #"\Qa"#)
            return
        }
        #expect(try compiled.matches(text) == expected)
    }

    @Test(
        "what cannot be had in bounded time, or is no pattern, is refused",
        arguments: [
            ("(", "a `(` is not closed."), (")", "a `)` has no `(`."), ("[a", "a `[` is not closed."),
            ("a**+", "possessive repetition is not supported."),
            ("*a", "`*` has nothing to repeat; write `\\*` for the character."),
            (#"(a)\1"#, "back references are not supported."),
            ("a{3,1}", "the repetition {3,1} has its numbers the wrong way round."),
            (
                "(?=a)", "lookaround and flags inside of it are not supported; of groups there are `(…)` and `(?:…)`."
            ),
            ("((a{100}){100}){100}", "it is too large, with its repetitions written out."),
            (String(repeating: "(", count: 60), "its groups are too deep."),
            (String(repeating: "a", count: 1001), "it has 1001 characters, and 1000 are allowed."),
            ("a\\", "it ends with a `\\`."), ("[b-a]", "a range in `[…]` has its ends the wrong way round."),
        ]
    )
    func refusals(pattern: String, message: String) {
        let problem = #expect(throws: TextPattern.Problem.self) { try TextPattern(pattern).matches("") }
        #expect(problem?.message == message)
    }

    @Test(
        "nothing, repeated a thousand times a thousand times, is nothing",
        arguments: ["(){1000}", "(?:a{0}){1000}"]
    )
    func nothing(atom: String) throws {
        let pattern = try TextPattern("x" + atom + String(repeating: "{1000}", count: 20))
        #expect(try pattern.matches("x"))
    }

    @Test("a pattern that takes others years takes no time")
    func hostile() throws {
        let pattern = try TextPattern("(a+)+(b|a*)*[ac]{0,200}$")
        #expect(try !pattern.matches(String(repeating: "a", count: 2000) + "!"))
        #expect(throws: TextPattern.Problem.self) { try pattern.matches(String(repeating: "a", count: 20_001)) }
    }
}
