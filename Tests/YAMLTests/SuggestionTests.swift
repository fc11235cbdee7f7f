// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Testing

@Suite("Near misses")
struct SuggestionTests {
    private static let keys = ["commands", "finally", "run-as", "on-failure", "runtime-versions", "base-directory"]

    @Test(
        "a slip is recognised",
        arguments: [
            ("comands", "commands"), ("command", "commands"), ("commnads", "commands"), ("run_as", "run-as"),
            ("runtime_versions", "runtime-versions"), ("baseDirectory", "base-directory"), ("FINALLY", "finally"),
            ("ifnally", "finally"), ("runtmie-vresions", "runtime-versions"),
        ]
    )
    func slip(word: String, expected: String) {
        #expect(Suggestion.nearest(to: word, among: Self.keys) == expected)
    }

    @Test(
        "another word gets no suggestion",
        arguments: ["", "x", "environment", "image", "finallyfina", "yllanif", String(repeating: "c", count: 5000)]
    )
    func noSlip(word: String) {
        #expect(Suggestion.nearest(to: word, among: Self.keys) == nil)
    }

    @Test("the hint is a question")
    func hint() {
        #expect(Suggestion.hint(for: "comands", among: Self.keys) == "did you mean `commands`?")
    }
}
