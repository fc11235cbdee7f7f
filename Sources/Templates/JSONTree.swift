// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import YAML

/// Reads JSON to a tree of values with their places: RFC 8259, with a byte-order mark and with keys given twice told of.
struct JSONTree {
    private let bytes: [UInt8]
    private let file: String
    private let limits: YAMLLimits
    private var position = 0
    private var depth = 0
    private var count = 0
    // Where the last place was taken: places are asked for from front to back.
    private var line = 1
    private var column = 1
    private var counted = 0

    /// Reads the one value of a file.
    static func read(
        _ bytes: [UInt8],
        file: String,
        limits: YAMLLimits,
        _ problems: inout Problems
    ) throws(Diagnostic) -> Node {
        var reader = JSONTree(bytes: bytes, file: file, limits: limits)
        if bytes.count > limits.bytes {
            throw reader.failure("the file has \(bytes.count) bytes; at most \(limits.bytes) are read", at: 0)
        }
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { (reader.position, reader.counted) = (3, 3) }
        reader.skipSpace()
        let node = try reader.value(&problems)
        reader.skipSpace()
        guard reader.position == bytes.count else {
            throw reader.failure("the JSON ends before this", at: reader.position)
        }
        return node
    }

    private init(bytes: [UInt8], file: String, limits: YAMLLimits) {
        self.bytes = bytes
        self.file = file
        self.limits = limits
    }

    // MARK: - Places

    private mutating func location(_ index: Int) -> SourceLocation {
        if index < counted { (line, column, counted) = (1, 1, 0) }
        while counted < min(index, bytes.count) {
            let byte = bytes[counted]
            if endsLine(byte, at: counted) {
                (line, column) = (line + 1, 1)
            } else if byte & 0xc0 != 0x80 {
                column += 1
            }
            counted += 1
        }
        return SourceLocation(file: file, line: line, column: column)
    }

    /// Whether a line ends with a byte, as ``SourceText`` has it, which shows the lines.
    private func endsLine(_ byte: UInt8, at index: Int) -> Bool {
        switch byte {
        case 0x0a: true
        case 0x0d: index + 1 == bytes.count || bytes[index + 1] != 0x0a
        case 0x85: index > 0 && bytes[index - 1] == 0xc2
        case 0xa8, 0xa9: index > 1 && bytes[index - 1] == 0x80 && bytes[index - 2] == 0xe2
        default: false
        }
    }

    private mutating func place(from start: Int) -> Node.Place {
        let location = location(start)
        let end = self.location(position)
        return Node.Place(location: location, length: end.line == location.line ? end.column - location.column : 1)
    }

    private mutating func failure(_ message: String, at index: Int, hint: String? = nil) -> Diagnostic {
        Diagnostic(.error, message, at: location(index), hint: hint)
    }

    // MARK: - Values

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func value(_ problems: inout Problems) throws(Diagnostic) -> Node {
        count += 1
        if count > limits.nodes {
            throw failure("the file has more than \(limits.nodes) values", at: position)
        }
        let start = position
        // The place of a list or map is its first character; asked for now, as places go forward.
        switch next {
        case UInt8(ascii: "{"):
            let place = Node.Place(location: location(start), length: 1)
            return Node(.map(try nested { reader throws(Diagnostic) in try reader.members(&problems) }), at: place)
        case UInt8(ascii: "["):
            let place = Node.Place(location: location(start), length: 1)
            return Node(.list(try nested { reader throws(Diagnostic) in try reader.elements(&problems) }), at: place)
        case UInt8(ascii: "\""):
            let text = try string()
            return Node(.text(text), at: place(from: start))
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case let byte? where byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte):
            let text = try number()
            return Node(.number(text), at: place(from: start))
        case nil: throw failure("the file ends where a value is expected", at: position)
        default: throw failure("a value is expected here", at: position, hint: "texts stand in double quotes")
        }
    }

    private mutating func nested<Result>(
        _ body: (inout JSONTree) throws(Diagnostic) -> Result
    ) throws(Diagnostic) -> Result {
        depth += 1
        if depth > limits.depth {
            throw failure("lists and mappings are nested more than \(limits.depth) levels deep", at: position)
        }
        defer { depth -= 1 }
        position += 1
        skipSpace()
        return try body(&self)
    }

    private mutating func word(_ text: StaticString, _ content: Node.Content) throws(Diagnostic) -> Node {
        let start = position
        guard bytes[position...].starts(with: text.description.utf8) else {
            throw failure("a value is expected here", at: position, hint: "texts stand in double quotes")
        }
        position += text.utf8CodeUnitCount
        return Node(content, at: place(from: start))
    }

    private mutating func elements(_ problems: inout Problems) throws(Diagnostic) -> [Node] {
        if take("]") { return [] }
        var result: [Node] = []
        while true {
            result.append(try value(&problems))
            skipSpace()
            if take("]") { return result }
            guard take(",") else { throw failure("a `,` or `]` is expected here", at: position) }
            skipSpace()
        }
    }

    private mutating func members(_ problems: inout Problems) throws(Diagnostic) -> [Node.Entry] {
        if take("}") { return [] }
        var result: [Node.Entry] = []
        var known: [String: Int] = [:]
        while true {
            let start = position
            guard next == UInt8(ascii: "\"") else {
                throw failure("a key in double quotes is expected here", at: position)
            }
            let key = try string()
            let place = place(from: start)
            skipSpace()
            guard take(":") else { throw failure("a `:` is expected after the key", at: position) }
            skipSpace()
            let value = try value(&problems)
            if let line = known[key] {
                problems.error(
                    "`\(key)` is here already, at line \(line)",
                    at: place,
                    hint: "keep one of them; of two equal keys one is lost"
                )
            } else {
                known[key] = place.location.line
                result.append(Node.Entry(name: key, place: place, value: value))
            }
            skipSpace()
            if take("}") { return result }
            guard take(",") else { throw failure("a `,` or `}` is expected here", at: position) }
            skipSpace()
        }
    }

    // MARK: - Numbers and texts

    private mutating func number() throws(Diagnostic) -> String {
        let start = position
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func digits() throws(Diagnostic) {
        let start = position
        while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
        if position == start { throw failure("a digit is expected here", at: position) }
    }

    private mutating func string() throws(Diagnostic) -> String {
        let opening = position
        position += 1
        var content: [UInt8] = []
        while let byte = next, byte >= 0x20 {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: content, as: UTF8.self) else {
                    throw failure("the text is not UTF-8", at: opening, hint: "save the file as UTF-8")
                }
                return text
            case UInt8(ascii: "\\"): try escape(into: &content)
            default: content.append(byte)
            }
        }
        let hint = next == nil ? nil : "JSON has texts on one line only: write `\\n` for the end of a line"
        throw failure("the quote that opens here is never closed", at: opening, hint: hint)
    }

    private mutating func escape(into content: inout [UInt8]) throws(Diagnostic) {
        let start = position - 1
        guard let byte = next else { throw failure("the file ends in an escape", at: start) }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0c)
        case UInt8(ascii: "n"): content.append(0x0a)
        case UInt8(ascii: "r"): content.append(0x0d)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"): content += String(Character(try escapedScalar(start))).utf8
        default:
            throw failure("JSON has no such escape", at: start, hint: "write `\\\\` for a backslash")
        }
    }

    private mutating func escapedScalar(_ start: Int) throws(Diagnostic) -> Unicode.Scalar {
        let first = try codeUnit(start)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard UTF16.isLeadSurrogate(first), take("\\"), take("u") else {
            throw failure("this is half of a surrogate pair", at: start)
        }
        let second = try codeUnit(start)
        guard UTF16.isTrailSurrogate(second) else { throw failure("this is half of a surrogate pair", at: start) }
        return UTF16.decode(UTF16.EncodedScalar([first, second]))
    }

    private mutating func codeUnit(_ start: Int) throws(Diagnostic) -> UInt16 {
        var result: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = next, byte < 0x80, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("four hexadecimal digits are expected after `\\u`", at: start)
            }
            result = result << 4 | UInt16(digit)
            position += 1
        }
        return result
    }
}
