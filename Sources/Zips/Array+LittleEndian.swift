// SPDX-License-Identifier: Apache-2.0

extension [UInt8] {
    /// Appends the low `Value.bitWidth` bits of a number, lowest byte first.
    mutating func append<Value: FixedWidthInteger>(little value: Int, as type: Value.Type) {
        var rest = value
        for _ in 0..<(Value.bitWidth / 8) {
            append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }
}
