// SPDX-License-Identifier: Apache-2.0

/// Reads little-endian numbers one after the other, and never past the end.
struct ByteCursor {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    /// How many bytes are left.
    var count: Int { rest.count }

    /// The next number; nil where too few bytes are left.
    ///
    /// Numbers over `Int.max` come out as `Int.max`.
    mutating func next<Value: FixedWidthInteger & UnsignedInteger>(_ type: Value.Type) -> Int? {
        let size = Value.bitWidth / 8
        guard rest.count >= size else { return nil }
        var value: UInt64 = 0
        for byte in rest.prefix(size).reversed() { value = value << 8 | UInt64(byte) }
        rest = rest.dropFirst(size)
        return Int(clamping: value)
    }

    /// The next bytes; nil where too few are left.
    mutating func next(count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
