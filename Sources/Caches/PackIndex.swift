// SPDX-License-Identifier: Apache-2.0

/// The table of a pack's folders and entries, as bytes: little-endian numbers, counted names.
enum PackIndex {
    static func encode(_ folders: [PackFolder]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(number: UInt32(folders.count))
        for folder in folders {
            bytes.append(number: UInt16(folder.path))
            bytes.append(number: UInt8(folder.isMatched ? 1 : 0))
            bytes.append(number: folder.mode)
            bytes.append(time: folder.modified)
            bytes.append(number: UInt16(folder.names.count))
            for name in folder.names { bytes.append(counted: name) }
            bytes.append(number: UInt32(folder.entries.count))
            for entry in folder.entries {
                bytes.append(counted: entry.name)
                bytes.append(time: entry.modified)
                switch entry.kind {
                case .file(let offset, let size, let mode):
                    bytes.append(number: UInt8(0))
                    bytes.append(number: mode)
                    bytes.append(number: Int64(offset))
                    bytes.append(number: Int64(size))
                case .symbolicLink(let target):
                    bytes.append(number: UInt8(1))
                    bytes.append(counted: target)
                }
            }
        }
        return bytes
    }

    /// How many paths a cache may have, and how deep its folders may lie.
    static let pathLimit = Int(UInt16.max)

    /// Reads a table, and refuses what could lead out of a folder or of the pack, and files that share bytes: together they
    /// are never more than the pack holds.
    ///
    /// * `end`: where the contents end in the pack.
    /// * `pathCount`: how many paths the cache has.
    static func decode(_ bytes: [UInt8], end: Int, pathCount: Int) throws(CacheError) -> [PackFolder] {
        var reader = Reader(bytes: bytes, end: end)
        var folders: [PackFolder] = []
        for _ in 0..<(try reader.number(UInt32.self)) {
            let folder = try reader.folder()
            guard folder.path < pathCount else { throw Reader.damage }
            folders.append(folder)
        }
        guard reader.isAtEnd else { throw Reader.damage }
        return folders
    }

    private struct Reader {
        static let damage = CacheError(.damaged, "its table of contents makes no sense")

        let bytes: [UInt8]
        let end: Int
        var position = 0
        /// Where the contents of the last file end; those of the next come behind it.
        private var contentEnd = 0

        init(bytes: [UInt8], end: Int) {
            self.bytes = bytes
            self.end = end
        }

        var isAtEnd: Bool { position == bytes.count }

        mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) throws(CacheError) -> Number {
            let size = MemoryLayout<Number>.size
            guard bytes.count - position >= size else { throw Self.damage }
            var result: Number = 0
            for index in (0..<size).reversed() { result = (result << 8) | Number(bytes[position + index]) }
            position += size
            return result
        }

        mutating func counted() throws(CacheError) -> [UInt8] {
            let count = Int(try number(UInt16.self))
            guard bytes.count - position >= count else { throw Self.damage }
            defer { position += count }
            return Array(bytes[position..<(position + count)])
        }

        mutating func name() throws(CacheError) -> [UInt8] {
            let name = try counted()
            let isDots = name == [46] || name == [46, 46]
            if name.isEmpty || isDots || name.contains(47) || name.contains(0) { throw Self.damage }
            return name
        }

        mutating func time() throws(CacheError) -> PackTime {
            PackTime(seconds: Int(try number(Int64.self)), nanoseconds: try number(UInt32.self))
        }

        mutating func folder() throws(CacheError) -> PackFolder {
            var folder = PackFolder(
                path: Int(try number(UInt16.self)),
                names: [],
                isMatched: try number(UInt8.self) == 1,
                mode: try number(UInt32.self) & 0o777,
                modified: try time()
            )
            for _ in 0..<(try number(UInt16.self)) { folder.names.append(try name()) }
            let count = Int(try number(UInt32.self))
            folder.entries.reserveCapacity(min(count, bytes.count - position))
            for _ in 0..<count { folder.entries.append(try entry()) }
            return folder
        }

        mutating func entry() throws(CacheError) -> PackEntry {
            let name = try name()
            let time = try time()
            if try number(UInt8.self) == 1 {
                return PackEntry(name: name, modified: time, kind: .symbolicLink(target: try counted()))
            }
            let mode = try number(UInt32.self) & 0o777
            let offset = Int(try number(Int64.self))
            let size = Int(try number(Int64.self))
            guard offset >= contentEnd, size >= 0, offset <= end, size <= end - offset else { throw Self.damage }
            contentEnd = offset + size
            return PackEntry(name: name, modified: time, kind: .file(offset: offset, size: size, mode: mode))
        }
    }
}

extension [UInt8] {
    /// Adds a number, lowest byte first.
    mutating func append<Number: FixedWidthInteger>(number: Number) {
        for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
            append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    fileprivate mutating func append(counted name: [UInt8]) {
        append(number: UInt16(clamping: name.count))
        append(contentsOf: name)
    }

    fileprivate mutating func append(time: PackTime) {
        append(number: Int64(time.seconds))
        append(number: time.nanoseconds)
    }
}
