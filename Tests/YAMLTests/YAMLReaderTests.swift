// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Testing
import YAML

@Suite("YAML reader")
struct YAMLReaderTests {
    private func read(_ text: String, limits: YAMLLimits = YAMLLimits()) throws -> YAMLNode {
        try #require(try YAMLReader.read(Array(text.utf8), file: "f", limits: limits).root)
    }

    private func entries(_ node: YAMLNode) throws -> [YAMLEntry] {
        guard case .mapping(let entries) = node.content else { throw YAMLReaderTestError.notAMapping }
        return entries
    }

    private func items(_ node: YAMLNode) throws -> [YAMLNode] {
        guard case .sequence(let items) = node.content else { throw YAMLReaderTestError.notASequence }
        return items
    }

    @Test(
        "a scalar keeps its source text",
        arguments: ["3.10", "NO", "yes", "01234", "1e3", "2024-01-01", "0x1F", "-x y", "${X}", "a:b", "null"]
    )
    func sourceText(text: String) throws {
        let node = try read("- \(text)")
        #expect(try items(node)[0].scalar == YAMLScalar(text: text, style: .plain))
    }

    @Test("styles are kept apart")
    func styles() throws {
        let node = try read("- a\n- 'b'\n- \"c\"\n- |\n  d\n- >\n  e\n")
        #expect(try items(node).map { $0.scalar?.style } == [.plain, .singleQuoted, .doubleQuoted, .literal, .folded])
        #expect(try items(node).map { $0.scalar?.text } == ["a", "b", "c", "d\n", "e\n"])
    }

    @Test("nodes know where they start and end, in characters")
    func locations() throws {
        let node = try read("ключ: значение\nb:\n  - x\n")
        let entries = try entries(node)
        #expect(entries[0].value.location == SourceLocation(file: "f", line: 1, column: 7))
        #expect(entries[0].value.length == 8)
        #expect(try items(entries[1].value)[0].location == SourceLocation(file: "f", line: 3, column: 5))
        #expect(node.end == SourceLocation(file: "f", line: 3, column: 6))
    }

    @Test(
        "what is empty at the end of the file is placed there, not on a line that does not exist",
        arguments: [("?", 1, 2), ("a: 1\n? é", 2, 4), ("a: 1\n?", 2, 2), ("a: 1\r\n?", 2, 2), ("a: 1\u{2028}?", 2, 2)]
    )
    func endOfFile(text: String, line: Int, column: Int) throws {
        let entry = try #require(try entries(read(text)).last)
        #expect(entry.value.location == SourceLocation(file: "f", line: line, column: column))
    }

    @Test(
        "only what is written without quotes can be null",
        arguments: [
            ("a:", true), ("a: ~", true), ("a: null", true), ("a: ''", false), ("a: 'null'", false),
            ("a: !!str", false),
        ]
    )
    func null(text: String, isNull: Bool) throws {
        #expect(try entries(read(text))[0].value.isNull == isNull)
    }

    @Test("a file without content has no root", arguments: ["", "\n\n", "# only a comment\n", "\u{FEFF}"])
    func empty(text: String) throws {
        #expect(try YAMLReader.read(Array(text.utf8), file: "f").root == nil)
    }

    @Test(
        "CR, CR LF and a byte-order mark are fine",
        arguments: ["a: 1\r\nb: 2\r\n", "a: 1\rb: 2\r", "\u{FEFF}a: 1\nb: 2"]
    )
    func lineEnds(text: String) throws {
        let entries = try entries(read(text))
        #expect(entries.map { $0.value.scalar?.text } == ["1", "2"])
        #expect(entries[0].key.location == SourceLocation(file: "f", line: 1, column: 1))
        #expect(entries[1].key.location == SourceLocation(file: "f", line: 2, column: 1))
    }

    @Test("JSON is read")
    func json() throws {
        let entries = try entries(read(#"{"a": ["x", 1.50], "b": {"c": null}}"#))
        #expect(try items(entries[0].value).map { $0.scalar?.text } == ["x", "1.50"])
    }

    @Test("duplicate keys are all kept")
    func duplicates() throws {
        #expect(try entries(read("a: 1\na: 2")).map { $0.value.scalar?.text } == ["1", "2"])
    }

    @Test("an alias is the same node, and used anchors are known")
    func alias() throws {
        let document = try YAMLReader.read(Array("- &a [x]\n- *a\n- &b y".utf8), file: "f")
        let items = try items(try #require(document.root))
        #expect(items[0] === items[1])
        #expect(document.usedAnchors == ["a"])
        #expect(items[2].anchor == "b")
        #expect(document.root?.holdsAnchor == true)
    }

    @Test("a merge key brings in what is not written, the first mapping wins")
    func merge() throws {
        let node = try read(
            """
            a: &a {x: 1, y: 1}
            b: &b {x: 2, z: 2}
            c:
              y: 3
              <<: [*a, *b]
            """
        )
        let merged = try entries(entries(node)[2].value)
        #expect(merged.map { $0.key.scalar?.text } == ["y", "x", "z"])
        #expect(merged.map { $0.value.scalar?.text } == ["3", "1", "2"])
        #expect(merged.map { $0.mergedAt?.line } == [nil, 5, 5])
    }

    @Test("a merge key in quotes is a key like others")
    func quotedMerge() throws {
        #expect(try entries(read("'<<': x"))[0].key.scalar?.text == "<<")
    }
}

enum YAMLReaderTestError: Error {
    case notAMapping
    case notASequence
}
