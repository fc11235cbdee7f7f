// SPDX-License-Identifier: Apache-2.0

/// Reads a JSON text as RFC 8259 has it: nothing more, such as comments, and nothing less.
struct JSONParser {
    /// Deeper values are refused, as each level takes stack.
    private static let depthLimit = 512

    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    /// Reads the one value of a text.
    /// - Throws: `DecodingError.dataCorrupted`, which names the offset.
    static func parse(_ bytes: [UInt8]) throws -> JSONValue {
        var parser = JSONParser(bytes: bytes)
        parser.skipSpace()
        let value = try parser.value()
        parser.skipSpace()
        if parser.position < bytes.count { throw parser.failure("there is more after the value") }
        return value
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private func failure(_ message: String) -> DecodingError {
        let context = DecodingError.Context(
            codingPath: [],
            debugDescription: "not JSON at byte \(position): \(message)"
        )
        return .dataCorrupted(context)
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    /// Goes past a character if it is the next one.
    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func value() throws -> JSONValue {
        switch next {
        case UInt8(ascii: "{"): return try nested { parser throws in .object(try parser.members()) }
        case UInt8(ascii: "["): return try nested { parser throws in .array(try parser.elements()) }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case .some: return .number(try number())
        case nil: throw failure("the text ends where a value should be")
        }
    }

    private mutating func nested(_ body: (inout JSONParser) throws -> JSONValue) throws -> JSONValue {
        depth += 1
        if depth > Self.depthLimit { throw failure("it is nested more than \(Self.depthLimit) deep") }
        defer { depth -= 1 }
        position += 1
        skipSpace()
        return try body(&self)
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws -> JSONValue {
        let expected = text.description.utf8
        guard bytes[position...].starts(with: expected) else { throw failure("a value cannot begin like this") }
        position += expected.count
        return value
    }

    private mutating func elements() throws -> [JSONValue] {
        if take("]") { return [] }
        var result: [JSONValue] = []
        while true {
            result.append(try value())
            skipSpace()
            if take("]") { return result }
            guard take(",") else { throw failure("neither `,` nor `]` after an element") }
            skipSpace()
        }
    }

    private mutating func members() throws -> [String: JSONValue] {
        if take("}") { return [:] }
        // Room for most objects, which is cheaper than to grow into it.
        var result = [String: JSONValue](minimumCapacity: 8)
        while true {
            guard next == UInt8(ascii: "\"") else { throw failure("a key should be here") }
            let key = try string()
            skipSpace()
            guard take(":") else { throw failure("no `:` after a key") }
            skipSpace()
            result[key] = try value()
            skipSpace()
            if take("}") { return result }
            guard take(",") else { throw failure("neither `,` nor `}` after a member") }
            skipSpace()
        }
    }

    private mutating func number() throws -> String {
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

    private mutating func digits() throws {
        let start = position
        while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
        if position == start { throw failure("a digit should be here") }
    }

    private mutating func string() throws -> String {
        position += 1
        let start = position
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
        if next == UInt8(ascii: "\"") {
            defer { position += 1 }
            return try text(bytes, start..<position)
        }
        // The rare case: something is escaped.
        var content = Array(bytes[start..<position])
        while true {
            guard let byte = next, byte >= 0x20 else { throw failure("a string has a control character or no end") }
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return try text(content, content.indices)
            case UInt8(ascii: "\\"): try escape(into: &content)
            default: content.append(byte)
            }
        }
    }

    private func text(_ content: [UInt8], _ range: Range<Int>) throws -> String {
        // Not `String(validating:)`, which is generic and slow at its first use.
        do {
            let units = try UTF8Span(validating: content.span.extracting(range))
            return String(copying: units)
        } catch {
            throw failure("a string is not UTF-8")
        }
    }

    private mutating func escape(into content: inout [UInt8]) throws {
        guard let byte = next else { throw failure("the text ends in an escape") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"): content += String(Character(try escapedScalar())).utf8
        default: throw failure("there is no such escape")
        }
    }

    /// The scalar of `\uXXXX`, or of a pair of them.
    private mutating func escapedScalar() throws -> Unicode.Scalar {
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard UTF16.isLeadSurrogate(first), take("\\"), take("u") else { throw failure("half of a surrogate pair") }
        let second = try codeUnit()
        guard UTF16.isTrailSurrogate(second) else { throw failure("half of a surrogate pair") }
        return UTF16.decode(UTF16.EncodedScalar([first, second]))
    }

    private mutating func codeUnit() throws -> UInt16 {
        guard position + 4 <= bytes.count else { throw failure("four hexadecimal digits should be here") }
        var result: UInt16 = 0
        for byte in bytes[position..<(position + 4)] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw failure("four hexadecimal digits should be here")
            }
            result = result << 4 | UInt16(digit)
        }
        position += 4
        return result
    }
}
