// SPDX-License-Identifier: Apache-2.0

extension [UInt8] {
    /// Appends the low `Value.bitWidth` bits of a number, lowest byte first.
    mutating func append<Value: FixedWidthInteger>(little value: Int, as type: Value.Type) {
        let number = Value(truncatingIfNeeded: value).littleEndian
        unsafe Swift.withUnsafeBytes(of: number) { unsafe append(contentsOf: $0) }
    }
}
