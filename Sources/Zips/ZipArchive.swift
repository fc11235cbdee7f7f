// SPDX-License-Identifier: Apache-2.0

package import Files
internal import Glibc

/// An open zip archive: what is in it has been listed and checked, contents are read when asked for.
///
/// Made for archives from anywhere: names that could reach outside, contradictions and bombs are errors at `init`.
package final class ZipArchive: Sendable {
    /// What the archive holds, in its own order.
    package let entries: [ZipEntry]
    /// Where the entries' data end and the directory begins.
    let dataEnd: Int
    private let descriptor: Descriptor
    private let path: String

    /// Opens an archive and reads its directory.
    /// - Throws: `ZipError` of any code but `checksumMismatch`, `sourceChanged`, `notAFile`.
    package convenience init(_ path: String, limits: ZipLimits = ZipLimits()) throws(ZipError) {
        let number: Int32
        do throws(FileError) { number = try Descriptor.open(path, O_RDONLY).release() } catch {
            throw ZipError(path, error)
        }
        try self.init(Descriptor(owning: number), path: path, limits: limits)
    }

    /// Reads the directory of an archive that is open already.
    /// - Parameters:
    ///   - descriptor: its position does not matter and is not moved.
    ///   - path: for messages.
    ///   - limits: what the archive may hold.
    /// - Throws: as the initialiser with a path.
    package init(_ descriptor: consuming Descriptor, path: String, limits: ZipLimits = ZipLimits()) throws(ZipError) {
        let source = ArchiveSource(number: descriptor.number, path: path)
        let size = try source.size()
        let tail = try source.read(count: min(size, ZipDirectory.tailSize), endingAt: size)
        let location = try ZipDirectory.locate(tail: tail, archiveSize: size)
        let (most, isOverflow) = limits.entries.multipliedReportingOverflow(by: 1_024)
        if !isOverflow, location.size > most {
            throw ZipError(.limitExceeded, nil, "the archive's directory is too large")
        }
        let directory = try source.read(count: location.size, endingAt: location.offset + location.size)
        entries = try ZipDirectory.entries(directory, at: location, limits: limits)
        dataEnd = location.offset
        self.descriptor = descriptor
        self.path = path
    }

    /// Refuses contents that have no place.
    /// - Parameter bytes: what is free where they are to be unpacked.
    /// - Throws: `limitExceeded`, with the name of the largest entry.
    package func checkFits(in bytes: Int64) throws(ZipError) {
        let total = Self.contentBytes(of: entries)
        if total > bytes { throw Self.tooLarge(entries, "have \(total) bytes, and \(bytes) are free") }
    }

    /// All contents together; the most that there is where they say that they have still more.
    static func contentBytes(of entries: [ZipEntry]) -> Int {
        var total = 0
        for entry in entries {
            let (sum, isOverflow) = total.addingReportingOverflow(entry.size)
            if isOverflow { return .max }
            total = sum
        }
        return total
    }

    /// An error on the largest entry, in whose words all contents together are the subject.
    static func tooLarge(_ entries: [ZipEntry], _ problem: String) -> ZipError {
        let largest = entries.max { $0.size < $1.size }
        return ZipError(.limitExceeded, largest?.path, "the largest of contents that together \(problem)")
    }

    /// The entry of a name; nil where there is none.
    package func entry(_ path: String) -> ZipEntry? {
        entries.first { ZipPath.isSame($0.path, path) }
    }

    /// Writes one entry's content to a descriptor; memory use does not depend on its size.
    ///
    /// Blocks until done.
    /// - Throws: `invalidArchive`, `checksumMismatch` (then something has been written already), `system`.
    package func read(_ entry: ZipEntry, to output: borrowing Descriptor) throws(ZipError) {
        guard let reading = ZipReading(self) else { throw Self.noMemory }
        let number = output.number
        try unsafe reading.read(entry) { bytes throws(ZipError) in
            unsafe try ArchiveSource.write(bytes, to: number, for: entry.path)
        }
    }

    /// One entry's content, of at most `limit` bytes.
    ///
    /// Blocks until done.
    /// - Throws: `invalidArchive`, `checksumMismatch`, `limitExceeded`, `system`.
    package func content(of entry: ZipEntry, limit: Int) throws(ZipError) -> [UInt8] {
        guard entry.size <= limit else {
            throw ZipError(.limitExceeded, entry.path, "it has \(entry.size) bytes; \(limit) are allowed")
        }
        guard let reading = ZipReading(self) else { throw Self.noMemory }
        var result: [UInt8] = []
        try unsafe reading.read(entry) { bytes throws(ZipError) in
            unsafe result.append(contentsOf: bytes)
        }
        return result
    }

    static let noMemory = ZipError(.system, nil, "there is not enough memory to decompress")

    func read(into buffer: UnsafeMutableRawBufferPointer, at start: Int) throws(ZipError) -> Int {
        unsafe try ArchiveSource(number: descriptor.number, path: path).read(into: buffer, at: start)
    }
}
