// SPDX-License-Identifier: Apache-2.0

/// Numbers of the zip format: PKWARE's
/// [APPNOTE 6.3.10](https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT).
enum ZipFormat {
    static let localHeader: UInt32 = 0x0403_4B50
    static let dataDescriptor: UInt32 = 0x0807_4B50
    static let centralHeader: UInt32 = 0x0201_4B50
    static let end: UInt32 = 0x0605_4B50
    static let end64: UInt32 = 0x0606_4B50
    static let end64Locator: UInt32 = 0x0706_4B50

    static let localHeaderSize = 30
    static let centralHeaderSize = 46
    static let endSize = 22
    static let end64Size = 56
    static let end64LocatorSize = 20

    /// The extra field that holds what does not fit in 32 bits.
    static let zip64Extra: UInt16 = 1
    /// The values that say "see the extra field".
    static let max16 = 0xFFFF
    static let max32 = 0xFFFF_FFFF

    static let flagEncrypted: UInt16 = 1
    static let flagDescriptor: UInt16 = 1 << 3
    static let flagStrongEncryption: UInt16 = 1 << 6
    static let flagUTF8: UInt16 = 1 << 11
    static let flagMaskedHeaders: UInt16 = 1 << 13

    /// 1980-01-01, the first day that the format knows.
    static let date: UInt16 = 0x0021
    static let time: UInt16 = 0

    static let hostUnix: UInt8 = 3
}
