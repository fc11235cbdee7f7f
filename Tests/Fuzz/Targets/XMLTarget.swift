// SPDX-License-Identifier: Apache-2.0

internal import XML

/// Any bytes are XML, whatever the pieces that they come in, or are refused at a place.
struct XMLTarget: FuzzTarget {
    let name = "xml"
    let seeds = [
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a x='1' n:y=\"&lt;2\"><!-- c --><b>text &amp; <![CDATA[<raw>]]></b><c/></a>\n",
        "<!DOCTYPE a SYSTEM \"x.dtd\"><a>\u{E9}&#233;</a>",
        "<?xml version='1.0' encoding='windows-1252'?><a>\u{80}</a>",
    ].map { Array($0.utf8) }
    let words = [
        "<a>", "</a>", "<b ", "/>", "<![CDATA[", "]]>", "<!--", "-->", "<?", "?>", "&amp;", "&#x", "&x;",
        "<!ENTITY x 'y'>", "<!ATTLIST a b CDATA 'x'>", "<!DOCTYPE a [", "]>", "x=\"\"", "encoding=\"UTF-16\"",
    ]

    func check(_ input: [UInt8]) throws {
        let whole = Self.read([input[...]])
        var generator = SeededGenerator(hashing: input)
        var pieces: [ArraySlice<UInt8>] = []
        var rest = input[...]
        while !rest.isEmpty {
            let piece = rest.prefix(1 + generator.number(below: 20))
            pieces.append(piece)
            rest = rest.dropFirst(piece.count)
        }
        let cut = Self.read(pieces)
        try FuzzFailure.unless(whole.parts == cut.parts, "cut into pieces it is \(cut.parts), not \(whole.parts)")
        try FuzzFailure.unless(
            (whole.error == nil) == (cut.error == nil),
            "cut into pieces it ends with \(String(describing: cut.error)), not \(String(describing: whole.error))"
        )
        guard let error = whole.error else { return }
        let lines = input.count { $0 == 0x0A || $0 == 0x0D } + 1
        try FuzzFailure.unless((0...lines).contains(error.line), "line \(error.line) of \(lines): \(error)")
    }

    private static func read(_ pieces: [ArraySlice<UInt8>]) -> (parts: [String], error: XMLError?) {
        let recorder = Recorder()
        do throws(XMLError) {
            let reader = try XMLReader(recorder, limits: XMLLimits(depth: 64, bytes: 1 << 20))
            for piece in pieces { try reader.read(piece) }
            try reader.finish()
        } catch {
            return (recorder.isBalanced(atMost: 64) ? recorder.wholeParts : ["more ends than beginnings"], error)
        }
        return (recorder.wholeParts, nil)
    }

    /// What came, texts put together.
    private final class Recorder: XMLHandler {
        private var parts: [String] = []
        private var text = ""
        private var depth = 0
        private var deepest = 0
        private var isBelow = false
        let wantsText = true

        /// All but a text that the end of the input may have cut off.
        var wholeParts: [String] { parts }

        func isBalanced(atMost limit: Int) -> Bool { !isBelow && deepest <= limit }

        func begin(_ element: XMLElement) throws(XMLError) {
            flush()
            depth += 1
            deepest = max(deepest, depth)
            parts.append("<\(element.name)" + element.attributes.map { " \($0.name)=\($0.value)" }.joined())
        }

        func end() {
            flush()
            depth -= 1
            if depth < 0 { isBelow = true }
            parts.append(">")
        }

        func text(_ piece: String) { text += piece }

        private func flush() {
            if !text.isEmpty { parts.append("\"\(text)\"") }
            text = ""
        }
    }
}
