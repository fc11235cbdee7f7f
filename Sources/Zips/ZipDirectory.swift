// SPDX-License-Identifier: Apache-2.0

/// Reads the directory at the end of an archive: pure, over bytes that somebody else has read.
enum ZipDirectory {
    /// Where the directory lies.
    struct Location {
        var count: Int
        var offset: Int
        var size: Int
    }

    /// How many bytes at an archive's end are needed to find its directory: end record, longest comment, zip64 records.
    static let tailSize =
        ZipFormat.endSize + ZipFormat.max16 + ZipFormat.end64LocatorSize + ZipFormat.end64Size

    /// Finds the directory from the archive's last bytes, `tailSize` of them or the whole archive.
    static func locate(tail: [UInt8], archiveSize: Int) throws(ZipError) -> Location {
        guard let end = endRecord(in: tail) else {
            throw ZipError(.invalidArchive, nil, "not a zip archive: it has no end record")
        }
        var cursor = ByteCursor(tail[(end + 4)...])
        guard let disk = cursor.next(UInt16.self), let startDisk = cursor.next(UInt16.self),
            let countHere = cursor.next(UInt16.self), let count = cursor.next(UInt16.self),
            let size = cursor.next(UInt32.self), let offset = cursor.next(UInt32.self)
        else { throw invalid("the end record is cut off") }
        var location = Location(count: count, offset: offset, size: size)
        var directoryEnd = archiveSize - tail.count + end
        if count == ZipFormat.max16 || size == ZipFormat.max32 || offset == ZipFormat.max32,
            let (location64, start) = try locate64(tail: tail, end: end, archiveSize: archiveSize)
        {
            location = location64
            directoryEnd = start
        } else if disk != 0 || startDisk != 0 || countHere != count {
            throw ZipError(.unsupported, nil, "an archive of several disks")
        }
        let (sum, isOverflow) = location.offset.addingReportingOverflow(location.size)
        guard !isOverflow, sum <= directoryEnd else { throw invalid("the directory lies outside the archive") }
        guard sum == directoryEnd else { throw invalid("there are bytes that belong to nothing before the end record") }
        guard location.count <= location.size / ZipFormat.centralHeaderSize else {
            throw invalid("the directory is too small for its number of entries")
        }
        return location
    }

    /// The last end record whose comment ends with the archive.
    private static func endRecord(in tail: [UInt8]) -> Int? {
        var position = tail.count - ZipFormat.endSize
        while position >= 0, tail.count - position <= ZipFormat.endSize + ZipFormat.max16 {
            if tail[position] == 0x50 {
                var cursor = ByteCursor(tail[position...])
                if cursor.next(UInt32.self) == Int(ZipFormat.end), cursor.next(count: 16) != nil,
                    let comment = cursor.next(UInt16.self), comment == cursor.count
                {
                    return position
                }
            }
            position -= 1
        }
        return nil
    }

    private static func locate64(
        tail: [UInt8],
        end: Int,
        archiveSize: Int
    ) throws(ZipError) -> (location: Location, start: Int)? {
        let locator = end - ZipFormat.end64LocatorSize
        guard locator >= 0 else { return nil }
        var cursor = ByteCursor(tail[locator...])
        guard cursor.next(UInt32.self) == Int(ZipFormat.end64Locator) else { return nil }
        guard cursor.next(UInt32.self) == 0, let start = cursor.next(UInt64.self), cursor.next(UInt32.self) == 1 else {
            throw ZipError(.unsupported, nil, "an archive of several disks")
        }
        let position = start - (archiveSize - tail.count)
        guard position >= 0, position <= locator - ZipFormat.end64Size else {
            throw invalid("the zip64 end record is not where it is said to be")
        }
        cursor = ByteCursor(tail[position...])
        guard cursor.next(UInt32.self) == Int(ZipFormat.end64), cursor.next(count: 20) != nil,
            let countHere = cursor.next(UInt64.self), let count = cursor.next(UInt64.self),
            let size = cursor.next(UInt64.self), let offset = cursor.next(UInt64.self), countHere == count
        else { throw invalid("the zip64 end record is broken") }
        return (Location(count: count, offset: offset, size: size), start)
    }

    /// Reads the entries and checks all that can be checked without their data.
    static func entries(_ bytes: [UInt8], at location: Location, limits: ZipLimits) throws(ZipError) -> [ZipEntry] {
        if location.count > limits.entries {
            throw ZipError(
                .limitExceeded,
                nil,
                "the archive has \(location.count) entries; \(limits.entries) are allowed"
            )
        }
        var entries: [ZipEntry] = []
        entries.reserveCapacity(location.count)
        var cursor = ByteCursor(bytes[...])
        for _ in 0..<location.count {
            entries.append(try entry(&cursor, dataEnd: location.offset))
        }
        if cursor.count > 0 { throw invalid("the directory is longer than its entries") }
        try checkLimits(entries, archiveSize: location.offset + location.size, limits)
        try checkOverlap(entries, dataEnd: location.offset)
        try checkNames(entries)
        return entries
    }

    private static func entry(_ cursor: inout ByteCursor, dataEnd: Int) throws(ZipError) -> ZipEntry {
        guard cursor.next(UInt32.self) == Int(ZipFormat.centralHeader), let madeBy = cursor.next(UInt16.self),
            cursor.next(UInt16.self) != nil, let flags = cursor.next(UInt16.self),
            let method = cursor.next(UInt16.self), cursor.next(UInt32.self) != nil,
            let checksum = cursor.next(UInt32.self), let compressedSize = cursor.next(UInt32.self),
            let size = cursor.next(UInt32.self), let nameCount = cursor.next(UInt16.self),
            let extraCount = cursor.next(UInt16.self), let commentCount = cursor.next(UInt16.self),
            let disk = cursor.next(UInt16.self), cursor.next(UInt16.self) != nil,
            let attributes = cursor.next(UInt32.self), let offset = cursor.next(UInt32.self),
            let name = cursor.next(count: nameCount), let extra = cursor.next(count: extraCount),
            cursor.next(count: commentCount) != nil
        else { throw invalid("the directory is broken") }
        guard let text = String(validating: name, as: UTF8.self) else {
            throw ZipError(.unsafePath, String(decoding: name, as: UTF8.self), "the name is not UTF-8")
        }
        var path = text
        if path.hasSuffix("/") { path.removeLast() }
        if let problem = ZipPath.problem(path) { throw ZipError(.unsafePath, text, problem) }
        let isUnix = madeBy >> 8 == Int(ZipFormat.hostUnix)
        if !isUnix, path.utf8.contains(UInt8(ascii: "\\")) {
            throw ZipError(.unsafePath, text, "the path has a '\\' and was not written on Unix")
        }
        let sizes = try wide(size, compressedSize, offset, extra, text)
        let encrypted = ZipFormat.flagEncrypted | ZipFormat.flagStrongEncryption | ZipFormat.flagMaskedHeaders
        if flags & Int(encrypted) != 0 { throw ZipError(.unsupported, text, "it is encrypted") }
        guard let method = UInt16(exactly: method).flatMap(ZipMethod.init(rawValue:)) else {
            throw ZipError(.unsupported, text, "compression method \(method) is not supported")
        }
        guard disk == 0 || disk == ZipFormat.max16 else { throw ZipError(.unsupported, text, "it is on another disk") }
        let mode = isUnix ? UInt32(attributes >> 16) : 0
        let kind = try kind(mode: mode, name: text, size: sizes.size)
        if method == .stored, sizes.size != sizes.compressedSize { throw invalid("its two sizes differ", text) }
        let header = ZipFormat.localHeaderSize + name.count
        guard sizes.compressedSize <= dataEnd, sizes.offset <= dataEnd - sizes.compressedSize,
            sizes.offset + sizes.compressedSize <= dataEnd - header
        else { throw invalid("its data lie outside the archive", text) }
        // Deflate makes at most 258 bytes of two bits.
        guard sizes.size / 1_032 <= sizes.compressedSize else { throw invalid("its size cannot be true", text) }
        return ZipEntry(
            path: path,
            kind: kind,
            isExecutable: kind == .file && mode & 0o111 != 0,
            size: sizes.size,
            compressedSize: sizes.compressedSize,
            checksum: UInt32(truncatingIfNeeded: checksum),
            method: method,
            offset: sizes.offset,
            rawName: Array(name)
        )
    }

    /// The sizes and the offset, from the zip64 field where they do not fit in 32 bits.
    private static func wide(
        _ size: Int,
        _ compressedSize: Int,
        _ offset: Int,
        _ extra: ArraySlice<UInt8>,
        _ name: String
    ) throws(ZipError) -> (size: Int, compressedSize: Int, offset: Int) {
        var values = [size, compressedSize, offset]
        guard values.contains(ZipFormat.max32) else { return (size, compressedSize, offset) }
        var cursor = ByteCursor(extra)
        while let id = cursor.next(UInt16.self), let count = cursor.next(UInt16.self),
            let field = cursor.next(count: count)
        {
            guard id == Int(ZipFormat.zip64Extra) else { continue }
            var field = ByteCursor(field)
            for index in values.indices where values[index] == ZipFormat.max32 {
                guard let value = field.next(UInt64.self) else { throw invalid("its zip64 field is too short", name) }
                values[index] = value
            }
            break
        }
        return (values[0], values[1], values[2])
    }

    private static func kind(mode: UInt32, name: String, size: Int) throws(ZipError) -> ZipEntry.Kind {
        let isNamedFolder = name.hasSuffix("/")
        switch mode & 0o170000 {
        case 0o120000 where !isNamedFolder: return .symbolicLink
        case 0o040000: break
        case 0, 0o100000:
            if !isNamedFolder { return .file }
        default: throw ZipError(.unsupported, name, "it is neither a file, a folder nor a symbolic link")
        }
        if size > 0 { throw invalid("a folder with content", name) }
        return .folder
    }

    private static func checkLimits(_ entries: [ZipEntry], archiveSize: Int, _ limits: ZipLimits) throws(ZipError) {
        let total = ZipArchive.contentBytes(of: entries)
        let excess =
            if total > limits.bytes {
                "the \(limits.bytes) bytes allowed"
            } else if total > limits.ratioFloorBytes, total / limits.ratio > archiveSize {
                "\(limits.ratio) times the archive's size"
            } else {
                nil as String?
            }
        if let excess { throw ZipArchive.tooLarge(entries, "have more than \(excess)") }
    }

    /// No two entries may share bytes: that is how small archives are made to hold a great deal.
    private static func checkOverlap(_ entries: [ZipEntry], dataEnd: Int) throws(ZipError) {
        var end = dataEnd
        for entry in entries.sorted(by: { $0.offset > $1.offset }) {
            // The local header's extra field may make it a little more; then reading finds out.
            if entry.offset + ZipFormat.localHeaderSize + entry.rawName.count + entry.compressedSize > end {
                throw invalid("its data overlap those of another entry", entry.path)
            }
            end = entry.offset
        }
    }

    private static func checkNames(_ entries: [ZipEntry]) throws(ZipError) {
        let files = entries.lazy.filter { $0.kind != .folder }.map(\.path).sorted(by: ZipPath.precedes)
        if let (path, message) = ZipPath.conflict(inSorted: files) { throw ZipError(.duplicatePath, path, message) }
        let folders = entries.filter { $0.kind == .folder }
        if folders.isEmpty { return }
        var seen: Set<PathBytes> = []
        for folder in folders {
            if !seen.insert(PathBytes(folder.path)).inserted {
                throw ZipError(.duplicatePath, folder.path, "two entries have this name")
            }
            var rest = folder.path[...]
            while true {
                if ZipPath.contains(rest, inSorted: files) {
                    throw ZipError(.duplicatePath, folder.path, "'\(rest)' is also there as a file")
                }
                guard let slash = rest.utf8.lastIndex(of: UInt8(ascii: "/")) else { break }
                rest = rest[..<slash]
            }
        }
    }

    private static func invalid(_ message: String, _ path: String? = nil) -> ZipError {
        ZipError(.invalidArchive, path, message)
    }
}
