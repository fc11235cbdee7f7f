// SPDX-License-Identifier: Apache-2.0

/// The form of an archive's headers: POSIX's `pax`, which every `tar` reads.
///
/// Source: "pax Interchange Format" and "ustar Interchange Format", POSIX.1-2017, `pax`.
enum TarHeader {
    static let blockSize = 512
    /// The most that an extended header may have; ours hold two paths.
    static let extensionLimit: Int64 = 1 << 16
    /// No file is larger; sums of such sizes do not overflow.
    static let sizeLimit: Int64 = 1 << 50
    /// The largest number of eleven octal digits.
    private static let plainSizeLimit: Int64 = 0o77_777_777_777

    /// What one block says.
    enum Block: Sendable, Hashable {
        /// Only zeros: the archive's end.
        case end
        /// Records of so many bytes follow, for the next entry.
        case records(size: Int64)
        case entry(TarEntry)
    }

    /// All blocks that come before an entry's bytes.
    static func bytes(of entry: TarEntry) -> [UInt8] {
        var records: [UInt8] = []
        if entry.path.count > 100 { records += record("path", entry.path) }
        if case .link(let target) = entry.kind, target.count > 100 { records += record("linkpath", target) }
        if entry.size > plainSizeLimit { records += record("size", Array(String(entry.size).utf8)) }
        var result: [UInt8] = []
        if !records.isEmpty {
            let extended = TarEntry(
                path: Array("pax-header".utf8),
                kind: .file,
                mode: 0o644,
                size: Int64(records.count),
                modified: entry.modified
            )
            result += block(extended, type: UInt8(ascii: "x")) + records + padding(after: Int64(records.count))
        }
        let type: UInt8 =
            switch entry.kind {
            case .file: UInt8(ascii: "0")
            case .folder: UInt8(ascii: "5")
            case .link: UInt8(ascii: "2")
            }
        return result + block(entry, type: type)
    }

    /// The zeros that fill up the last block of so many bytes.
    static func padding(after size: Int64) -> [UInt8] {
        Array(repeating: 0, count: paddingCount(after: size))
    }

    static func paddingCount(after size: Int64) -> Int {
        Int((Int64(blockSize) - size % Int64(blockSize)) % Int64(blockSize))
    }

    /// Reads one block.
    /// - Returns: nil for one that is damaged, or of a kind that we never write.
    static func read(_ block: [UInt8]) -> Block? {
        guard block.count == blockSize else { return nil }
        if block.allSatisfy({ $0 == 0 }) { return .end }
        guard number(block[148..<156]) == sum(of: block), Array(block[257..<262]) == Array("ustar".utf8),
            let size = number(block[124..<136]), let mode = number(block[100..<108]),
            let modified = number(block[136..<148])
        else { return nil }
        let path = text(block[0..<100])
        var entry = TarEntry(path: path, kind: .file, mode: UInt32(mode & 0o7777), size: size, modified: modified)
        switch block[156] {
        case UInt8(ascii: "x"): return .records(size: size)
        case UInt8(ascii: "0"): break
        case UInt8(ascii: "5"): entry.kind = .folder
        case UInt8(ascii: "2"): entry.kind = .link(text(block[157..<257]))
        default: return nil
        }
        return .entry(entry)
    }

    /// Applies extended records to the entry that they precede.
    /// - Returns: false when they make no sense.
    static func apply(_ records: [UInt8], to entry: inout TarEntry) -> Bool {
        var rest = records[...]
        while !rest.isEmpty {
            guard let space = rest.firstIndex(of: UInt8(ascii: " ")),
                let length = Int(String(decoding: rest[..<space], as: UTF8.self)), length > 0, length <= rest.count,
                rest[rest.startIndex + length - 1] == UInt8(ascii: "\n"),
                let equals = rest[space...].firstIndex(of: UInt8(ascii: "=")), equals < rest.startIndex + length
            else { return false }
            let value = Array(rest[(equals + 1)..<(rest.startIndex + length - 1)])
            switch String(decoding: rest[(space + 1)..<equals], as: UTF8.self) {
            case "path": entry.path = value
            case "linkpath":
                guard case .link = entry.kind else { return false }
                entry.kind = .link(value)
            case "size":
                guard let size = Int64(String(decoding: value, as: UTF8.self)), (0...sizeLimit).contains(size) else {
                    return false
                }
                entry.size = size
            default: return false
            }
            rest = rest.dropFirst(length)
        }
        return true
    }

    // MARK: - Writing

    private static func block(_ entry: TarEntry, type: UInt8) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: blockSize)
        func put(_ bytes: some Collection<UInt8>, at offset: Int) {
            for (index, byte) in bytes.enumerated() { result[offset + index] = byte }
        }
        put(entry.path.prefix(100), at: 0)
        put(octal(Int64(entry.mode), digits: 7), at: 100)
        put(octal(0, digits: 7), at: 108)
        put(octal(0, digits: 7), at: 116)
        put(octal(min(entry.size, plainSizeLimit), digits: 11), at: 124)
        put(octal(min(max(0, entry.modified), plainSizeLimit), digits: 11), at: 136)
        result[156] = type
        if case .link(let target) = entry.kind { put(target.prefix(100), at: 157) }
        put("ustar\u{0}00".utf8, at: 257)
        put(octal(sum(of: result), digits: 6), at: 148)
        result[155] = UInt8(ascii: " ")
        return result
    }

    /// `LENGTH KEY=VALUE\n`, where the length counts its own digits.
    private static func record(_ key: String, _ value: [UInt8]) -> [UInt8] {
        let rest = Array(" \(key)=".utf8) + value + [UInt8(ascii: "\n")]
        var length = rest.count
        while String(length).utf8.count + rest.count != length { length = String(length).utf8.count + rest.count }
        return Array(String(length).utf8) + rest
    }

    private static func octal(_ value: Int64, digits: Int) -> [UInt8] {
        let text = String(value, radix: 8)
        return Array((String(repeating: "0", count: max(0, digits - text.utf8.count)) + text).utf8)
    }

    // MARK: - Reading

    /// The sum of all bytes, those of the sum itself taken as spaces.
    private static func sum(of block: [UInt8]) -> Int64 {
        block.enumerated().reduce(0) { $0 + Int64((148..<156).contains($1.offset) ? 32 : $1.element) }
    }

    private static func number(_ field: ArraySlice<UInt8>) -> Int64? {
        let digits = field.prefix { $0 != 0 && $0 != UInt8(ascii: " ") }
        guard !digits.isEmpty, digits.allSatisfy({ (48...55).contains($0) }) else { return nil }
        return Int64(String(decoding: digits, as: UTF8.self), radix: 8)
    }

    private static func text(_ field: ArraySlice<UInt8>) -> [UInt8] { Array(field.prefix { $0 != 0 }) }
}
