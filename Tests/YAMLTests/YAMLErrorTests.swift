// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Testing
import YAML

/// One refused text and what is said of it.
struct Refusal: Sendable, CustomTestStringConvertible {
    let text: String
    let code: YAMLError.Code
    let line: Int
    let column: Int
    let message: String
    let hint: String?
    let wireMessage: String?

    init(
        _ text: String,
        _ code: YAMLError.Code,
        _ line: Int,
        _ column: Int,
        _ message: String,
        hint: String? = nil,
        wire wireMessage: String? = nil
    ) {
        self.text = text
        self.code = code
        self.line = line
        self.column = column
        self.message = message
        self.hint = hint
        self.wireMessage = wireMessage
    }

    var testDescription: String { text.debugDescription }
}

@Suite("YAML errors")
struct YAMLErrorTests {
    private func refuse(_ bytes: [UInt8], limits: YAMLLimits = YAMLLimits()) -> YAMLError? {
        #expect(throws: YAMLError.self) { try YAMLReader.read(bytes, file: "f", limits: limits) }
    }

    static let traps: [Refusal] = [
        Refusal(
            "k:\n  - \"a\" b",
            .syntax,
            2,
            9,
            "text follows the closing quote, where YAML ends the value",
            hint: #"quote the whole value: - '"a" b'"#,
            wire: "did not find expected '-' indicator at line 2"
        ),
        Refusal(
            "x: 1\nk: 'it''s' b",
            .syntax,
            2,
            12,
            "text follows the closing quote, where YAML ends the value",
            hint: "quote the whole value: k: '''it''''s'' b'",
            wire: "did not find expected key at line 2"
        ),
        Refusal(
            "k:\n- 'a' && b",
            .syntax,
            2,
            7,
            "text follows the closing quote, where YAML ends the value; `&` then starts an anchor",
            hint: "quote the whole value: - '''a'' && b'",
            wire: "did not find expected alphabetic or numeric character at line 2"
        ),
        Refusal(
            "k:\n- [ -f x ] && y",
            .syntax,
            2,
            12,
            "YAML takes `[` at the start of a value for a list or mapping; it has ended before `&`",
            hint: "quote the whole value: - '[ -f x ] && y'",
            wire: "did not find expected alphabetic or numeric character at line 2"
        ),
        Refusal(
            "k:\n- && y",
            .syntax,
            2,
            3,
            "YAML takes `&` at the start of a value for an anchor",
            hint: "quote the whole value: - '&& y'",
            wire: "did not find expected alphabetic or numeric character at line 2"
        ),
        Refusal(
            "k:\n- *.txt",
            .syntax,
            2,
            3,
            "YAML takes `*` at the start of a value for an alias",
            hint: "quote the whole value: - '*.txt'",
            wire: "did not find expected alphabetic or numeric character at line 2"
        ),
        Refusal(
            "k:\n- *foo",
            .unknownAnchor,
            2,
            3,
            "`*foo` refers to an anchor `&foo` that is not defined before it",
            hint: "YAML takes a value that starts with `*` for an alias: quote the whole value if it is plain text",
            wire: "unknown anchor 'foo' referenced"
        ),
        Refusal(
            "k:\n- @x",
            .syntax,
            2,
            3,
            "YAML does not let a value start with `@`",
            hint: "quote the whole value: - '@x'",
            wire: "found character that cannot start any token at line 2"
        ),
        Refusal(
            "k:\n- `x`",
            .syntax,
            2,
            3,
            "YAML does not let a value start with a back quote",
            hint: "quote the whole value: - '`x`'",
            wire: "found character that cannot start any token at line 2"
        ),
        Refusal(
            "k: %x",
            .syntax,
            1,
            4,
            "YAML does not let a value start with `%`",
            hint: "quote the whole value: k: '%x'",
            wire: "found character that cannot start any token at line 0"
        ),
        Refusal(
            "k:\n- || true",
            .syntax,
            2,
            3,
            "YAML takes `|` at the start of a value for a block of text on the lines below",
            hint: "quote the whole value: - '|| true'",
            wire: "did not find expected comment or line break at line 2"
        ),
        Refusal(
            "k:\n- > file",
            .syntax,
            2,
            3,
            "YAML takes `>` at the start of a value for a block of text on the lines below",
            hint: "quote the whole value: - '> file'",
            wire: "did not find expected comment or line break at line 2"
        ),
        Refusal(
            "k:\n\t- a",
            .syntax,
            2,
            1,
            "a tab is used as indentation; YAML allows only spaces",
            hint: "indent with spaces",
            wire: "found character that cannot start any token at line 2"
        ),
        Refusal(
            "k:\n - a\n\t- b",
            .syntax,
            3,
            1,
            "a tab is used as indentation; YAML allows only spaces",
            hint: "indent with spaces",
            wire: "found a tab character that violates indentation at line 3"
        ),
        Refusal(
            "a: b: c",
            .syntax,
            1,
            5,
            "a second `: ` on the line; without quotes YAML allows only one",
            hint: "quote the whole value: a: 'b: c'",
            wire: "mapping values are not allowed in this context at line 0"
        ),
        Refusal(
            "k:\n- \"open\n- b\n",
            .syntax,
            2,
            3,
            "the quote that opens here is never closed",
            hint: "close it, or put the whole value in quotes of the other kind",
            wire: "found unexpected end of stream at line 4"
        ),
        Refusal(
            "k:\n- \"\\d\"",
            .syntax,
            2,
            4,
            "in double quotes a `\\` starts an escape, and YAML does not know this one",
            hint: "use single quotes around the value, or write `\\\\`",
            wire: "found unknown escape character at line 2"
        ),
        Refusal(
            "k:\n- [a, b\n- c\n",
            .syntax,
            2,
            3,
            "the list that `[` opens here is not closed as expected",
            hint: "if it is plain text, quote the whole value: - '[a, b'",
            wire: "did not find expected ',' or ']' at line 4"
        ),
        Refusal(
            "a: 1\n b: 2",
            .syntax,
            2,
            3,
            "a `key: value` cannot start here",
            hint: "is the line indented as its neighbours are?",
            wire: "mapping values are not allowed in this context at line 2"
        ),
        Refusal(
            "a: 1\nb\nc: 2",
            .syntax,
            2,
            1,
            "this line is neither `key: value` nor `- item`",
            hint: "a `:` is missing, or the text before it goes on where it should not",
            wire: "could not find expected ':' at line 3"
        ),
        Refusal(
            "a: &a [*a]",
            .recursiveAlias,
            1,
            8,
            "the alias `*a` is inside the value that it refers to",
            wire: "anchor 'a' value contains itself"
        ),
        Refusal(
            "a: &a x\nb:\n  <<: *a",
            .badMerge,
            1,
            4,
            "`<<` merges mappings, and this is none",
            hint: "write an alias such as `*name` to a mapping that is marked `&name`",
            wire: "map merge requires map or sequence of maps as the value"
        ),
        Refusal(
            "a: 1\n---\nb: 2",
            .severalDocuments,
            2,
            1,
            "a second document starts here; one is expected",
            hint: "remove the `---` and what follows, or make it a file of its own"
        ),
    ]

    @Test("a trap is explained at its place, with the words of CodeBuild kept", arguments: traps)
    func trap(_ refusal: Refusal) throws {
        let error = try #require(refuse(Array(refusal.text.utf8)))
        #expect(error.code == refusal.code)
        #expect(error.location == SourceLocation(file: "f", line: refusal.line, column: refusal.column))
        #expect(error.message == refusal.message)
        #expect(error.hint == refusal.hint)
        #expect(error.wireMessage == refusal.wireMessage)
    }

    @Test(
        "bytes that are no text are refused at their place",
        arguments: [
            ([0x61, 0x0a, 0x62, 0xff], YAMLError.Code.encoding, 2, 2, "the byte 0xff is not UTF-8"),
            ([0xc3, 0xa9, 0xc3], .encoding, 1, 2, "the byte 0xc3 is not UTF-8"),
            ([0x61, 0xed, 0xa0, 0x80], .encoding, 1, 2, "the byte 0xed is not UTF-8"),
            ([0x61, 0xc0, 0x80], .encoding, 1, 2, "the byte 0xc0 is not UTF-8"),
            ([0x61, 0x0d, 0x00], .controlCharacter, 2, 1, "the file holds a NUL byte, which is not allowed in YAML"),
            ([0x61, 0x1b], .controlCharacter, 1, 2, "the control character 0x1b is not allowed in YAML"),
            ([0x61, 0x7f], .controlCharacter, 1, 2, "the control character 0x7f is not allowed in YAML"),
            ([0x61, 0xc2, 0x80], .controlCharacter, 1, 2, "a control character is not allowed in YAML"),
            ([0xff, 0xfe, 0x61, 0x00], .encoding, 1, 1, "the file is UTF-16; only UTF-8 is read"),
            ([0x00, 0x61, 0x00, 0x62], .encoding, 1, 1, "the file is UTF-16; only UTF-8 is read"),
            ([0xff, 0xfe, 0x00, 0x00], .encoding, 1, 1, "the file is UTF-32; only UTF-8 is read"),
        ] as [([UInt8], YAMLError.Code, Int, Int, String)]
    )
    func bytes(bytes: [UInt8], code: YAMLError.Code, line: Int, column: Int, message: String) throws {
        let error = try #require(refuse(bytes))
        #expect(error.code == code)
        #expect(error.location == SourceLocation(file: "f", line: line, column: column))
        #expect(error.message == message)
    }
}
