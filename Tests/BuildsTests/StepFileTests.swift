// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Builds

@Suite("Files of steps")
struct StepFileTests {
    @Test(
        "pairs are read with one line or with many",
        arguments: [
            ("A=b\n", ["A", "b"]), ("A=b=c d\n\nE=\n", ["A", "b=c d", "E", ""]),
            ("A<<END\none\ntwo\nEND\nB=c\n", ["A", "one\ntwo", "B", "c"]), ("A<<X\nX\n", ["A", ""]),
            ("A=x<<y\n", ["A", "x<<y"]), ("", []), ("A<<E\nB=c\nE", ["A", "B=c"]),
        ] as [(String, [String])]
    )
    func pairs(text: String, expected: [String]) {
        #expect(StepFile.pairs(in: text)?.flatMap { [$0.name, $0.value] } == expected)
    }

    @Test("what is no pair is none", arguments: ["A\n", "=b\n", "A<<END\none\n"])
    func refused(text: String) {
        #expect(StepFile.pairs(in: text)?.map(\.name) == nil)
    }
}
