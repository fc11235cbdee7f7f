// SPDX-License-Identifier: Apache-2.0

/// Writes values as UTF-8 text.
package struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private let isPretty: Bool
    private var depth = 0
    /// Whether the object or array that is being written has nothing in it yet.
    private var isEmpty = true

    init(isPretty: Bool) {
        self.isPretty = isPretty
        bytes.reserveCapacity(1024)
    }

    /// Goes on with a text, which is its own from now on.
    init(after text: consuming [UInt8]) {
        isPretty = false
        bytes = text
    }

    /// Writes any value, the keys of objects sorted.
    mutating func write(_ value: JSONValue) {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let flag): bytes += (flag ? "true" : "false").utf8
        case .number(let text): bytes += text.utf8
        case .string(let text): write(text)
        case .array(let elements):
            array(elements) { writer, element in writer.write(element) }
        case .object(let members): write(members.sorted { $0.key < $1.key })
        }
    }

    /// Writes an object, its members in the order given.
    mutating func write(_ members: some Collection<(key: String, value: JSONValue)>) {
        object { writer in
            for member in members {
                writer.begin(member.key)
                writer.write(member.value)
            }
        }
    }

    /// Writes an object.
    mutating func write(_ value: some JSONRepresentable) {
        object { writer in value.write(to: &writer) }
    }

    /// Writes an array of objects.
    mutating func write(_ values: [some JSONRepresentable]) {
        array(values) { writer, value in writer.write(value) }
    }

    // MARK: - Members

    /// Writes a member; nil leaves it out.
    package mutating func set(_ key: String, _ text: String?) {
        guard let text else { return }
        begin(key)
        write(text)
    }

    /// Writes a member; nil leaves it out.
    package mutating func set(_ key: String, _ number: Int?) {
        guard let number else { return }
        begin(key)
        bytes += String(number).utf8
    }

    /// Writes a member; nil leaves it out, and so does what is no finite number.
    package mutating func set(_ key: String, _ number: Double?) {
        guard let number, let value = JSONValue(number: number) else { return }
        begin(key)
        write(value)
    }

    /// Writes a member; nil leaves it out.
    package mutating func set(_ key: String, _ flag: Bool?) {
        guard let flag else { return }
        begin(key)
        bytes += (flag ? "true" : "false").utf8
    }

    /// Writes a member; nil leaves it out.
    package mutating func set(_ key: String, _ texts: [String]?) {
        guard let texts else { return }
        begin(key)
        array(texts) { writer, text in writer.write(text) }
    }

    /// Writes a member whose value has texts by name.
    package mutating func set(_ key: String, _ table: [String: String]) {
        set(key) { writer in
            for (name, text) in table.sorted(by: { $0.key < $1.key }) { writer.set(name, text) }
        }
    }

    /// Writes a member whose value is an object, its members in the order of their keys.
    package mutating func set(_ key: String, _ members: (inout JSONWriter) -> Void) {
        begin(key)
        object(members)
    }

    /// Writes a member whose value is an array of objects, each by its index.
    package mutating func set(_ key: String, count: Int, _ members: (inout JSONWriter, Int) -> Void) {
        begin(key)
        open("[")
        for index in 0..<count {
            separate()
            object { writer in members(&writer, index) }
        }
        close("]")
    }

    // Inlined, as generics that are not are put together at run time.

    /// Writes a member; nil leaves it out.
    @inlinable
    package mutating func set(_ key: String, _ value: (some JSONRepresentable)?) {
        guard let value else { return }
        set(key) { writer in value.write(to: &writer) }
    }

    /// Writes a member; nil leaves it out.
    @inlinable
    package mutating func set(_ key: String, _ values: [some JSONRepresentable]?) {
        guard let values else { return }
        set(key, count: values.count) { writer, index in values[index].write(to: &writer) }
    }

    // MARK: - Parts

    private mutating func object(_ members: (inout JSONWriter) -> Void) {
        open("{")
        members(&self)
        close("}")
    }

    private mutating func array<Element>(_ elements: [Element], _ write: (inout JSONWriter, Element) -> Void) {
        open("[")
        for element in elements {
            separate()
            write(&self, element)
        }
        close("]")
    }

    private mutating func open(_ mark: Unicode.Scalar) {
        bytes.append(UInt8(ascii: mark))
        depth += 1
        isEmpty = true
    }

    private mutating func close(_ mark: Unicode.Scalar) {
        depth -= 1
        if !isEmpty { breakLine() }
        bytes.append(UInt8(ascii: mark))
        // It stands in something that has it, at least.
        isEmpty = false
    }

    private mutating func separate() {
        if !isEmpty { bytes.append(UInt8(ascii: ",")) }
        isEmpty = false
        breakLine()
    }

    private mutating func begin(_ key: String) {
        separate()
        write(key)
        bytes.append(UInt8(ascii: ":"))
        if isPretty { bytes.append(UInt8(ascii: " ")) }
    }

    private mutating func breakLine() {
        guard isPretty else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 2))
    }

    private mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        defer { bytes.append(UInt8(ascii: "\"")) }
        // Most texts go as they are, in one piece.
        let utf8 = text.utf8
        if Self.isPlain(utf8.span) {
            bytes += utf8
            return
        }
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): bytes += "\\n".utf8
            case UInt8(ascii: "\r"): bytes += "\\r".utf8
            case UInt8(ascii: "\t"): bytes += "\\t".utf8
            case 0..<0x20:
                let digits = String(byte, radix: 16)
                bytes += "\\u\(String(repeating: "0", count: 4 - digits.utf8.count))\(digits)".utf8
            default: bytes.append(byte)
            }
        }
    }

    private static func isPlain(_ text: Span<UInt8>) -> Bool {
        for index in text.indices {
            let byte = text[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return false }
        }
        return true
    }
}
