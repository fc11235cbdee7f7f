// SPDX-License-Identifier: Apache-2.0

import Builds
import Testing

@Suite("Environment files")
struct EnvironmentFileTests {
    @Test(
        "each way of writing a value is read",
        arguments: [
            ("A=plain", "plain"), ("A = spaced ", "spaced"), ("export A=exported", "exported"), ("A=", ""),
            ("A=a # comment", "a"), ("A=a#b", "a#b"), ("A='a # b'", "a # b"), ("A=\"a\\nb\"", "a\nb"),
            ("A='a\\nb'", "a\\nb"), ("A=\"say \\\"hi\\\"\"", "say \"hi\""),
            ("A=\"two\nlines\" # comment", "two\nlines"),
            ("A=$HOME", "$HOME"), ("A=x=y", "x=y"), ("# comment\n\nA=last\r\n", "last"), ("\u{FEFF}A=marked", "marked"),
        ]
    )
    func value(_ text: String, _ expected: String) throws {
        #expect(
            try EnvironmentFile.read(Array(text.utf8), file: "f") == [EnvironmentVariable(name: "A", value: expected)]
        )
    }

    @Test("several variables keep their order, repeated ones too")
    func several() throws {
        let variables = try EnvironmentFile.read(Array("B=1\nA=2\nB=3\n".utf8), file: "f")
        #expect(variables.map { "\($0.name)=\($0.value)" } == ["B=1", "A=2", "B=3"])
    }

    @Test(
        "what cannot be read is named by file and line",
        arguments: [
            ("A=1\nnonsense", "f:2: expected `=` after nonsense"), ("1A=x", "f:1: expected NAME=value"),
            ("A=1\n\nB='never\nclosed", "f:3: the quote is never closed"),
            ("A='a'b", "f:1: there is text after the closing quote"),
        ]
    )
    func problem(_ text: String, _ expected: String) throws {
        let error = #expect(throws: EnvironmentFileError.self) { try EnvironmentFile.read(Array(text.utf8), file: "f") }
        #expect(error?.description == expected)
    }
}
