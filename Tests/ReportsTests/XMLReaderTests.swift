// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import XML

@Suite("XML reader")
struct XMLReaderTests {
    /// Writes down what it is told.
    private final class Recorder: XMLHandler {
        var parts: [String] = []
        var wantsText = true
        var refused: String?

        func begin(_ element: XMLElement) throws(XMLError) {
            if element.name == refused { throw XMLError(.refused, "no \(element.name)") }
            let attributes = element.attributes.map { " \($0.name)=\($0.value)" }.joined()
            parts.append("<\(element.name)\(attributes)>")
        }

        func end() { parts.append("</>") }

        func text(_ piece: String) {
            if let last = parts.last, !last.hasPrefix("<") {
                parts[parts.count - 1] += piece
            } else {
                parts.append(piece)
            }
        }
    }

    private func read(_ bytes: [UInt8], _ recorder: Recorder, limits: XMLLimits = XMLLimits()) throws(XMLError) {
        let reader = try XMLReader(recorder, limits: limits)
        try reader.read(bytes[...])
        try reader.finish()
    }

    private func error(_ text: String, limits: XMLLimits = XMLLimits(), refused: String? = nil) -> XMLError? {
        let recorder = Recorder()
        recorder.refused = refused
        do throws(XMLError) {
            try read(Array(text.utf8), recorder, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    @Test("elements, attributes and text come in order, prefixes left out, whatever the pieces")
    func order() throws {
        let text =
            "<?xml version='1.0'?><x:a xmlns:x='u' b='1 &lt;' x:c='&#228;'>t<!-- no --><d/><![CDATA[&e;]]>ü</x:a>"
        let recorder = Recorder()
        let reader = try XMLReader(recorder)
        for byte in text.utf8 { try reader.read([byte]) }
        try reader.finish()
        #expect(recorder.parts == ["<a x=u b=1 < c=ä>", "t", "<d>", "</>", "&e;ü", "</>"])
    }

    @Test("text that nobody wants is not handed over")
    func unwanted() throws {
        let recorder = Recorder()
        recorder.wantsText = false
        try read(Array("<a>t<b>u</b></a>".utf8), recorder)
        #expect(recorder.parts == ["<a>", "<b>", "</>", "</>"])
    }

    @Test("a text that declares entities is refused before any is expanded")
    func laughs() {
        var text = "<!DOCTYPE l [<!ENTITY a0 'ha'>"
        for level in 1...9 {
            text += "<!ENTITY a\(level) '" + String(repeating: "&a\(level - 1);", count: 10) + "'>"
        }
        #expect(error(text + "]><l>&a9;</l>")?.code == .entities)
    }

    @Test("a default of an attribute, which would be copied into each element, is refused")
    func defaults() {
        #expect(error("<!DOCTYPE a [<!ATTLIST b c CDATA 'long'>]><a><b/><b/></a>")?.code == .entities)
        #expect(error("<!DOCTYPE a [<!ATTLIST b c CDATA #IMPLIED>]><a><b c='1'/></a>") == nil)
    }

    @Test("other files are neither read nor missed")
    func external() {
        #expect(error("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>")?.code == .entities)
        #expect(error("<!DOCTYPE a SYSTEM 'http://localhost/a.dtd'><a/>") == nil)
    }

    @Test("depth and size have limits")
    func limits() {
        let deep = String(repeating: "<a>", count: 600)
        #expect(error(deep)?.code == .limit)
        #expect(error("<a>1234567890</a>", limits: XMLLimits(bytes: 10))?.code == .limit)
    }

    @Test("a handler's refusal gets the place")
    func refusal() {
        #expect(error("<a>\n <b/></a>", refused: "b") == XMLError(.refused, "no b", line: 2, column: 2))
    }

    @Test(
        "what is no XML is refused with its place",
        arguments: [
            ("<a>\n<b></a>", XMLError(.syntax, "mismatched tag", line: 2, column: 6)),
            ("<a/><b/>", XMLError(.syntax, "junk after document element", line: 1, column: 5)),
            ("<a", XMLError(.incomplete, "unclosed token", line: 1, column: 1)),
            ("", XMLError(.incomplete, "no element found", line: 1, column: 1)),
            (
                "<?xml version='1.0' encoding='x-none'?><a/>",
                XMLError(.encoding, "unknown encoding", line: 1, column: 31)
            ),
        ] as [(String, XMLError)]
    )
    func bad(text: String, expected: XMLError) {
        #expect(error(text) == expected)
    }
}
