// SPDX-License-Identifier: Apache-2.0

/// What the archive says of one written entry, in its local header and again in the directory at the end.
struct ZipRecord: Sendable {
    /// The index of the entry in the sorted input.
    let entry: Int
    var method: ZipMethod
    var checksum: UInt32 = 0
    var compressedSize = 0
    var size = 0
    /// The local header's position: in the piece while it is made, then in the archive.
    var offset = 0
    /// The Unix mode, file type included.
    var mode: UInt32
    /// Whether sizes and sum follow the data rather than stand before it.
    var hasDescriptor = false

    /// Whether the sizes may not fit in 32 bits; settled before the data, from the size before compression.
    var isLarge: Bool { size >= ZipFormat.max32 - (64 << 20) }

    private var flags: UInt16 {
        ZipFormat.flagUTF8 | (hasDescriptor ? ZipFormat.flagDescriptor : 0)
    }

    /// Appends the header that stands before the data.
    func appendLocalHeader(name: String, to bytes: inout [UInt8]) {
        bytes.append(little: Int(ZipFormat.localHeader), as: UInt32.self)
        bytes.append(little: isLarge ? 45 : 20, as: UInt16.self)
        appendCommonFields(to: &bytes)
        bytes.append(little: hasDescriptor ? 0 : Int(checksum), as: UInt32.self)
        for value in [compressedSize, size] {
            bytes.append(little: isLarge ? ZipFormat.max32 : hasDescriptor ? 0 : value, as: UInt32.self)
        }
        bytes.append(little: name.utf8.count, as: UInt16.self)
        bytes.append(little: isLarge ? 20 : 0, as: UInt16.self)
        bytes.append(contentsOf: name.utf8)
        if isLarge {
            bytes.append(little: Int(ZipFormat.zip64Extra), as: UInt16.self)
            bytes.append(little: 16, as: UInt16.self)
            bytes.append(little: hasDescriptor ? 0 : size, as: UInt64.self)
            bytes.append(little: hasDescriptor ? 0 : compressedSize, as: UInt64.self)
        }
    }

    /// Appends what stands after the data of an entry with `hasDescriptor`.
    func appendDescriptor(to bytes: inout [UInt8]) {
        bytes.append(little: Int(ZipFormat.dataDescriptor), as: UInt32.self)
        bytes.append(little: Int(checksum), as: UInt32.self)
        for value in [compressedSize, size] {
            if isLarge {
                bytes.append(little: value, as: UInt64.self)
            } else {
                bytes.append(little: value, as: UInt32.self)
            }
        }
    }

    /// Appends the entry's part of the directory at the end.
    func appendCentralHeader(name: String, to bytes: inout [UInt8]) {
        let extra = [size, compressedSize, offset].filter { $0 >= ZipFormat.max32 }
        let version = isLarge || !extra.isEmpty ? 45 : 20
        bytes.append(little: Int(ZipFormat.centralHeader), as: UInt32.self)
        bytes.append(little: Int(ZipFormat.hostUnix) << 8 | version, as: UInt16.self)
        bytes.append(little: version, as: UInt16.self)
        appendCommonFields(to: &bytes)
        bytes.append(little: Int(checksum), as: UInt32.self)
        bytes.append(little: min(compressedSize, ZipFormat.max32), as: UInt32.self)
        bytes.append(little: min(size, ZipFormat.max32), as: UInt32.self)
        bytes.append(little: name.utf8.count, as: UInt16.self)
        bytes.append(little: extra.isEmpty ? 0 : 4 + extra.count * 8, as: UInt16.self)
        // Comment, disk, internal attributes.
        for _ in 0..<3 { bytes.append(little: 0, as: UInt16.self) }
        bytes.append(little: Int(mode) << 16, as: UInt32.self)
        bytes.append(little: min(offset, ZipFormat.max32), as: UInt32.self)
        bytes.append(contentsOf: name.utf8)
        if !extra.isEmpty {
            bytes.append(little: Int(ZipFormat.zip64Extra), as: UInt16.self)
            bytes.append(little: extra.count * 8, as: UInt16.self)
            for value in extra { bytes.append(little: value, as: UInt64.self) }
        }
    }

    private func appendCommonFields(to bytes: inout [UInt8]) {
        bytes.append(little: Int(flags), as: UInt16.self)
        bytes.append(little: Int(method.rawValue), as: UInt16.self)
        bytes.append(little: Int(ZipFormat.time), as: UInt16.self)
        bytes.append(little: Int(ZipFormat.date), as: UInt16.self)
    }

    /// Appends the end of an archive whose directory of `count` entries has been written.
    static func appendEnd(count: Int, directoryOffset: Int, directorySize: Int, to bytes: inout [UInt8]) {
        if count >= ZipFormat.max16 || directoryOffset >= ZipFormat.max32 || directorySize >= ZipFormat.max32 {
            let position = directoryOffset + directorySize
            bytes.append(little: Int(ZipFormat.end64), as: UInt32.self)
            bytes.append(little: ZipFormat.end64Size - 12, as: UInt64.self)
            bytes.append(little: Int(ZipFormat.hostUnix) << 8 | 45, as: UInt16.self)
            bytes.append(little: 45, as: UInt16.self)
            bytes.append(little: 0, as: UInt64.self)
            for value in [count, count, directorySize, directoryOffset] {
                bytes.append(little: value, as: UInt64.self)
            }
            bytes.append(little: Int(ZipFormat.end64Locator), as: UInt32.self)
            bytes.append(little: 0, as: UInt32.self)
            bytes.append(little: position, as: UInt64.self)
            bytes.append(little: 1, as: UInt32.self)
        }
        bytes.append(little: Int(ZipFormat.end), as: UInt32.self)
        bytes.append(little: 0, as: UInt32.self)
        bytes.append(little: min(count, ZipFormat.max16), as: UInt16.self)
        bytes.append(little: min(count, ZipFormat.max16), as: UInt16.self)
        bytes.append(little: min(directorySize, ZipFormat.max32), as: UInt32.self)
        bytes.append(little: min(directoryOffset, ZipFormat.max32), as: UInt32.self)
        bytes.append(little: 0, as: UInt16.self)
    }
}
