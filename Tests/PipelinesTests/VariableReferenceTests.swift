// SPDX-License-Identifier: Apache-2.0

import Pipelines
import Testing

@Suite("References to variables")
struct VariableReferenceTests {
    @Test(
        "references are found in any text, and what only looks like one is not",
        arguments: [
            ("#{a.b}", ["a.b"]), ("x#{a.b}#{c.d}y", ["a.b", "c.d"]), ("#{a}", []), ("#{a.}", []), ("#{.a}", []),
            ("#{", []),
            ("#{a.b", []), ("${a.b}", []), ("#{a b.c}", []), ("#{#{a.b}}", ["a.b"]), ("é#{a-1.b_2}é", ["a-1.b_2"]),
            ("#{a@x.B}", ["a@x.B"]), ("#{a.b.c}", ["a.b.c"]), ("#{a.b}}", ["a.b"]), ("##{a.b}", ["a.b"]), ("", []),
        ] as [(String, [String])]
    )
    func references(text: String, found: [String]) {
        let references = VariableReference.all(in: text)
        #expect(references.map { "\($0.namespace).\($0.key)" } == found)
        let bytes = Array(text.utf8)
        for reference in references {
            #expect(String(decoding: bytes[reference.range], as: UTF8.self) == "\(reference)")
        }
    }

    @Test("values are put in where the references are")
    func resolves() throws {
        let resolver = VariableResolver(values: ["a": ["b": "1", "c": "é"]])
        #expect(try resolver.resolve("é#{a.b}-#{a.c}#{") == "é1-é#{")
    }
}
