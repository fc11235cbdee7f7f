// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Testing

@Suite("Rendering diagnostics")
struct DiagnosticRendererTests {
    private func render(
        _ source: String,
        line: Int,
        column: Int,
        length: Int = 1,
        message: String = "wrong",
        hint: String? = nil
    ) -> String {
        let location = SourceLocation(file: "f.yml", line: line, column: column)
        return DiagnosticRenderer(source: Array(source.utf8))
            .render(Diagnostic(.error, message, at: location, length: length, hint: hint))
    }

    @Test("place, text, source line, caret and hint are one under the other")
    func wholeForm() {
        #expect(
            render("a: 1\nb: two\n", line: 2, column: 4, length: 3, hint: "write 2")
                == """
                f.yml:2:4: error: wrong
                b: two
                   ^~~
                hint: write 2

                """
        )
    }

    @Test("a line that does not exist or is blank is left out", arguments: [(9, 1), (2, 1)])
    func missingLine(line: Int, column: Int) {
        #expect(render("a\n\n", line: line, column: column) == "f.yml:\(line):\(column): error: wrong\n")
    }

    @Test("a caret may stand behind the last character")
    func caretAtEnd() {
        #expect(render("ab", line: 1, column: 3) == "f.yml:1:3: error: wrong\nab\n  ^\n")
        #expect(render("ab", line: 1, column: 900) == "f.yml:1:900: error: wrong\nab\n  ^\n")
    }

    @Test("carets end with the line")
    func caretsClipped() {
        #expect(render("abc", line: 1, column: 2, length: 1000) == "f.yml:1:2: error: wrong\nabc\n ^~\n")
    }

    @Test("tabs become spaces, and the caret stays under its character")
    func tabs() {
        #expect(render("\ta\tb", line: 1, column: 4) == "f.yml:1:4: error: wrong\n    a    b\n         ^\n")
    }

    @Test("terminal escapes and other controls are neutralised, in the message too")
    func escapes() {
        let text = render(
            "x\u{1b}[31m\u{202e}\u{85}",
            line: 1,
            column: 1,
            message: "bad \u{1b}]0;t\u{7}\nkey",
            hint: "\u{9b}1m"
        )
        #expect(text == "f.yml:1:1: error: bad �]0;t��key\nx�[31m�\n^\nhint: �1m\n")
    }

    @Test("wide characters take two columns")
    func wide() {
        #expect(render("日本: x y", line: 1, column: 5) == "f.yml:1:5: error: wrong\n日本: x y\n      ^\n")
    }

    @Test("bytes that are not UTF-8 are shown as replacement characters")
    func invalidBytes() {
        let location = SourceLocation(file: "f", line: 1, column: 2)
        let renderer = DiagnosticRenderer(source: [0x61, 0xff, 0x62])
        #expect(renderer.render(Diagnostic(.warning, "m", at: location)) == "f:1:2: warning: m\na�b\n ^\n")
    }

    @Test("a long line is cut to 120 columns around the problem", arguments: [1, 60, 500, 999, 1000])
    func window(column: Int) throws {
        let source = String(repeating: "abcdefghi ", count: 100)
        let lines = render(source, line: 1, column: column).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[1].count <= 120)
        let caret = try #require(lines[2].firstIndex(of: "^"))
        let position = lines[2].distance(from: lines[2].startIndex, to: caret)
        let expected = Array(source)[column - 1]
        #expect(Array(lines[1])[position] == expected)
    }

    @Test("lines end at LF, CR LF and CR, and a byte-order mark has no column")
    func lineEnds() {
        let source = SourceText(Array("\u{FEFF}a\r\nb\rc\n\nd".utf8))
        #expect((1...source.lineCount).map { source.line($0) } == ["a", "b", "c", "", "d"])
    }

    @Test("colours are only written when asked for")
    func colors() {
        let diagnostic = Diagnostic(.error, "m", at: SourceLocation(file: "f", line: 1, column: 1), hint: "h")
        let text = DiagnosticRenderer(source: [0x61], usesColor: true).render(diagnostic)
        #expect(text.contains("\u{1b}[1;31merror\u{1b}[0m"))
        #expect(!DiagnosticRenderer(source: [0x61]).render(diagnostic).contains("\u{1b}"))
    }

    @Test(
        "the summary counts",
        arguments: [(0, 0, "no problems"), (1, 0, "1 error"), (2, 1, "2 errors, 1 warning"), (0, 2, "2 warnings")]
    )
    func summary(errors: Int, warnings: Int, expected: String) {
        let location = SourceLocation(file: "f", line: 1, column: 1)
        let all =
            Array(repeating: Diagnostic(.error, "e", at: location), count: errors)
            + Array(repeating: Diagnostic(.warning, "w", at: location), count: warnings)
        #expect(all.summary == expected)
        #expect(all.hasErrors == (errors > 0))
    }

    @Test(
        "of a very long line the same part is shown as of a long one",
        arguments: [1, 400, 9_000, 99_000, 100_000, 100_001],
        ["a", "é", "日"]
    )
    func veryLongLine(column: Int, character: String) throws {
        var letters = Array(repeating: character, count: 100_000)
        if column <= letters.count { letters[column - 1] = "X" }
        let source = Array(letters.joined().utf8)
        let place = SourceLocation(file: "f", line: 1, column: column)
        let lines = DiagnosticRenderer(source: source).render(Diagnostic(.error, "m", at: place)).split(separator: "\n")
        try #require(lines.count == 3)
        #expect(lines[1].hasPrefix("…") == (column > 200))
        #expect(lines[1].hasSuffix("…") == (column < 99_900))
        #expect(lines[1].contains("X") == (column <= 100_000))
        let shown = lines[1].prefix { $0 != "X" }.unicodeScalars
        let width = shown.reduce(0) { $0 + ($1 == "日" ? 2 : 1) }
        #expect(lines[2].prefix { $0 == " " }.count == width)
    }

    @Test("what a file makes of its names does not flood a terminal")
    func longTexts() {
        let name = String(repeating: "é", count: 1 << 20)
        let place = SourceLocation(file: "f", line: 1, column: 1)
        let problem = Diagnostic(.error, "no `\(name)`", at: place, hint: name, wireMessage: name)
        #expect(problem.message == "no `\(name.prefix(1_996))…")
        #expect(problem.hint == name.prefix(2_000) + "…")
        #expect(problem.wireMessage == problem.hint)
        #expect(Diagnostic(.error, "short", at: place).message == "short")
    }
}
