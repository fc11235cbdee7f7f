// SPDX-License-Identifier: Apache-2.0

/// Reads little-endian numbers one after the other, and never past the end.
struct ByteCursor {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// How many bytes are left.
    var count: Int { bytes.endIndex - position }

    /// The next number; nil where too few bytes are left.
    ///
    /// Numbers over `Int.max` come out as `Int.max`.
    mutating func next<Value: FixedWidthInteger & UnsignedInteger>(_ type: Value.Type) -> Int? {
        let size = Value.bitWidth / 8
        guard count >= size else { return nil }
        var value: UInt64 = 0
        for index in 0..<size { value |= UInt64(bytes[position + index]) << UInt64(index * 8) }
        position += size
        return Int(clamping: value)
    }

    /// The next bytes; nil where too few are left.
    mutating func next(count wanted: Int) -> ArraySlice<UInt8>? {
        guard wanted >= 0, count >= wanted else { return nil }
        defer { position += wanted }
        return bytes[position..<(position + wanted)]
    }
}
