// SPDX-License-Identifier: Apache-2.0

/// The characters that AWS allows in names.
enum NameCharacters {
    /// Whether a byte is one of A-Z, a-z and 0-9.
    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
