// SPDX-License-Identifier: Apache-2.0

internal import CExpat
internal import Glibc

/// Reads an XML text piece by piece, in bounded memory, and tells a handler of its parts (`XML_ParserCreate(3)`).
///
/// Nothing but the text itself is ever read: external entities and DTDs are not looked at, and a text that declares
/// entities or defaults of attributes is refused. UTF-8, UTF-16, ISO-8859-1 and Windows-1252 are understood.
@safe
package final class XMLReader {
    private let parser: XML_Parser
    private let handler: any XMLHandler
    private let limits: XMLLimits
    private var depth = 0
    private var size = 0
    private var refusal: XMLError?
    private var isListening = false

    /// - Throws: `memory`.
    package init(_ handler: any XMLHandler, limits: XMLLimits = XMLLimits()) throws(XMLError) {
        guard let parser = unsafe XML_ParserCreate(nil) else {
            throw XMLError(.memory, "there is no memory for an XML parser")
        }
        unsafe self.parser = parser
        self.handler = handler
        self.limits = limits
        // Unretained: the parser is freed with the reader, and calls back only while one of its methods runs.
        unsafe XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        unsafe XML_SetElementHandler(
            parser,
            { data, name, attributes in
                unsafe XMLReader.from(data)?.begin(name, attributes)
            },
            { data, _ in unsafe XMLReader.from(data)?.end() }
        )
        unsafe XML_SetEntityDeclHandler(parser) { data, _, _, _, _, _, _, _, _ in
            unsafe XMLReader.from(data)?.refuse(
                XMLError(.entities, "it declares entities, and those are not expanded")
            )
        }
        // A default is copied into every element of its name, so that a small text becomes any size.
        unsafe XML_SetAttlistDeclHandler(parser) { data, _, _, _, standard, _ in
            guard unsafe standard != nil else { return }
            unsafe XMLReader.from(data)?.refuse(
                XMLError(.entities, "it declares defaults of attributes, and those are not filled in")
            )
        }
        unsafe XML_SetUnknownEncodingHandler(
            parser,
            { _, name, info in
                guard let name = unsafe name, let info = unsafe info else { return 0 }
                return unsafe XMLReader.fill(&info.pointee, for: String(cString: name)) ? 1 : 0
            },
            nil
        )
    }

    deinit {
        unsafe XML_ParserFree(parser)
    }

    /// Reads the next piece of the text.
    /// - Throws: what is wrong with the text so far, or what the handler threw; the reader is then at its end.
    package func read(_ bytes: ArraySlice<UInt8>) throws(XMLError) {
        size += bytes.count
        if size > limits.bytes { throw XMLError(.limit, "it is larger than \(limits.bytes) bytes") }
        var rest = bytes
        // expat counts in 32 bits.
        while !rest.isEmpty {
            let piece = rest.prefix(1 << 24)
            rest = rest.dropFirst(piece.count)
            let status = unsafe piece.withUnsafeBytes { buffer in
                unsafe XML_Parse(
                    parser,
                    buffer.baseAddress?.assumingMemoryBound(to: CChar.self),
                    Int32(truncatingIfNeeded: buffer.count),
                    0
                )
            }
            if status != XML_STATUS_OK { throw failure() }
        }
    }

    /// Says that the text ends here.
    /// - Throws: `incomplete` where it should not.
    package func finish() throws(XMLError) {
        let status = unsafe XML_Parse(parser, nil, 0, 1)
        if status != XML_STATUS_OK { throw failure() }
    }

    private func failure() -> XMLError {
        if let refusal { return refusal }
        let problem = unsafe XML_GetErrorCode(parser)
        let text = unsafe XML_ErrorString(problem).map { unsafe String(cString: $0) } ?? "it is not XML"
        let code: XMLError.Code =
            switch problem {
            case XML_ERROR_NO_ELEMENTS, XML_ERROR_UNCLOSED_TOKEN, XML_ERROR_UNCLOSED_CDATA_SECTION: .incomplete
            case XML_ERROR_UNKNOWN_ENCODING, XML_ERROR_INCORRECT_ENCODING: .encoding
            case XML_ERROR_NO_MEMORY: .memory
            case XML_ERROR_AMPLIFICATION_LIMIT_BREACH: .entities
            default: .syntax
            }
        let (line, column) = place
        return XMLError(code, text, line: line, column: column)
    }

    /// Where the parser stands, from 1.
    private var place: (line: Int, column: Int) {
        let line = unsafe XML_GetCurrentLineNumber(parser)
        let column = unsafe XML_GetCurrentColumnNumber(parser)
        return (Int(line), Int(column) + 1)
    }

    // MARK: - Called by expat

    private static func from(_ data: UnsafeMutableRawPointer?) -> XMLReader? {
        unsafe data.map { unsafe Unmanaged<XMLReader>.fromOpaque($0).takeUnretainedValue() }
    }

    private func refuse(_ error: XMLError) {
        guard refusal == nil else { return }
        var error = error
        (error.line, error.column) = place
        refusal = error
        _ = unsafe XML_StopParser(parser, 0)
    }

    private func begin(_ name: UnsafePointer<CChar>?, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?) {
        guard refusal == nil, let name = unsafe name else { return }
        depth += 1
        if depth > limits.depth {
            return refuse(XMLError(.limit, "elements lie in each other more than \(limits.depth) deep"))
        }
        var list: [XMLElement.Attribute] = []
        if var next = unsafe attributes {
            while let key = unsafe next[0], let value = unsafe next[1] {
                list.append(XMLElement.Attribute(name: unsafe Self.local(key), value: unsafe String(cString: value)))
                unsafe next += 2
            }
        }
        do throws(XMLError) {
            try handler.begin(XMLElement(name: unsafe Self.local(name), attributes: list))
        } catch {
            refuse(error)
        }
        listen()
    }

    private func end() {
        guard refusal == nil else { return }
        depth -= 1
        handler.end()
        listen()
    }

    private func text(_ bytes: UnsafePointer<CChar>?, _ count: Int) {
        guard refusal == nil, let bytes = unsafe bytes else { return }
        let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
        handler.text(unsafe String(decoding: buffer, as: UTF8.self))
        listen()
    }

    /// Has expat call for text only while somebody wants it: output of tests can be most of a file.
    private func listen() {
        let wants = handler.wantsText
        if wants == isListening { return }
        isListening = wants
        if wants {
            unsafe XML_SetCharacterDataHandler(parser) { data, bytes, count in
                unsafe XMLReader.from(data)?.text(bytes, Int(count))
            }
        } else {
            unsafe XML_SetCharacterDataHandler(parser, nil)
        }
    }

    /// A name without its prefix.
    private static func local(_ name: UnsafePointer<CChar>) -> String {
        guard let colon = unsafe strchr(name, Int32(UInt8(ascii: ":"))) else { return unsafe String(cString: name) }
        return unsafe String(cString: colon + 1)
    }

    // MARK: - Windows-1252

    /// The characters from 0x80 to 0x9F, where Windows-1252 differs from ISO-8859-1; 0 where it has none.
    ///
    /// [Encoding standard](https://encoding.spec.whatwg.org/index-windows-1252.txt)
    private static let windows: [Int32] = [
        0x20AC, 0x81, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0x8D, 0x17D,
        0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0x9D,
        0x17E, 0x178,
    ]

    private static func fill(_ encoding: inout XML_Encoding, for name: String) -> Bool {
        let known = ["windows-1252", "cp1252", "latin1", "iso8859-1", "ascii"]
        let name = name.lowercased()
        guard known.contains(name) else { return false }
        // The others are names that expat does not know for what it knows.
        unsafe withUnsafeMutableBytes(of: &encoding.map) { buffer in
            let map = unsafe buffer.bindMemory(to: Int32.self)
            for byte in 0..<256 {
                let value = Int32(byte)
                unsafe map[byte] = name.hasSuffix("1252") && (0x80..<0xA0).contains(byte) ? windows[byte - 0x80] : value
            }
        }
        return true
    }
}
