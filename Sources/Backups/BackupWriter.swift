// SPDX-License-Identifier: Apache-2.0

internal import Digests
package import Files
internal import Glibc
internal import JSON

/// Writes a backup: a `tar` whose first entry is the header and whose last one is the manifest.
///
/// A stream: it is never gone back in, and memory does not depend on what is written.
package final class BackupWriter {
    package let header: BackupHeader
    /// So far.
    package private(set) var entries: Int64 = 0
    /// Of all files together, so far.
    package private(set) var bytes: Int64 = 0
    private let tar: TarWriter
    /// Keeps the manifest's lines until all is written.
    private let spool: Descriptor
    private var lines: [UInt8] = []
    private var sum = SHA256Hasher()

    /// Begins a backup.
    /// - Parameters:
    ///   - output: where it is written to: a file, or a pipe.
    ///   - spool: an empty file, for the manifest in the meantime.
    ///   - header: what it says of itself.
    /// - Throws: what writing throws.
    package init(
        to output: consuming Descriptor,
        spool: consuming Descriptor,
        header: BackupHeader
    ) throws(BackupError) {
        tar = TarWriter(output)
        self.spool = spool
        self.header = header
        try add(try Self.json(header), as: BackupHeader.path)
    }

    /// Adds a file that is made here.
    package func add(_ bytes: [UInt8], as path: String) throws(BackupError) {
        let entry = TarEntry(path: Array(path.utf8), kind: .file, mode: 0o600, size: 0, modified: Int64(time(nil)))
        try tar.add(bytes, as: entry)
        try note(entry, size: Int64(bytes.count), SHA256Digest(of: bytes))
    }

    /// Adds an open file as it is now; what is appended meanwhile is left out.
    @discardableResult
    package func add(_ file: borrowing Descriptor, as path: [UInt8]) throws(BackupError) -> AddedFile {
        var entry = TarEntry(path: path, kind: .file, mode: 0, size: 0, modified: 0)
        do throws(FileError) {
            let status = try file.status()
            entry.mode = status.st_mode & 0o777
            entry.modified = Int64(status.st_mtim.tv_sec)
        } catch {
            throw BackupError(error, "\(entry.name) cannot be read")
        }
        let added = try tar.add(contentOf: file, as: entry)
        try note(entry, size: added.size, added.digest)
        return added
    }

    /// Adds a folder by itself.
    package func addFolder(_ path: [UInt8], mode: UInt32) throws(BackupError) {
        let entry = TarEntry(path: path, kind: .folder, mode: mode & 0o777, size: 0, modified: Int64(time(nil)))
        try tar.add(entry)
        try note(entry, size: 0, nil)
    }

    /// Adds a symbolic link, where there may be one.
    /// - Returns: false where there may not: nothing was added.
    package func addLink(_ path: [UInt8], to target: [UInt8]) throws(BackupError) -> Bool {
        guard TarEntry.mayBeLink(path) else { return false }
        let entry = TarEntry(path: path, kind: .link(target), mode: 0o777, size: 0, modified: Int64(time(nil)))
        try tar.add(entry)
        try note(entry, size: 0, SHA256Digest(of: target))
        return true
    }

    /// Writes the manifest and the end.
    ///
    /// * `isDurable`: whether it is on the disk when this returns.
    package func finish(isDurable: Bool) throws(BackupError) -> BackupSummary {
        let closing = BackupLine.Closing(entries: entries, bytes: bytes, sha256: sum.digest())
        lines += try Self.json(closing) + [UInt8(ascii: "\n")]
        try spoolLines()
        if lseek(spool.number, 0, SEEK_SET) != 0 {
            throw BackupError(FileError(code: errno, function: "lseek"), "the backup's manifest cannot be read back")
        }
        let path = Array(BackupLine.path.utf8)
        let entry = TarEntry(path: path, kind: .file, mode: 0o600, size: 0, modified: Int64(time(nil)))
        _ = try tar.add(contentOf: spool, as: entry)
        try tar.finish(isDurable: isDurable)
        return BackupSummary(header: header, entries: entries, bytes: bytes)
    }

    private func note(_ entry: TarEntry, size: Int64, _ digest: SHA256Digest?) throws(BackupError) {
        entries += 1
        bytes += size
        let line = try Self.json(BackupLine(path: entry.name, size: size, sha256: digest)) + [UInt8(ascii: "\n")]
        sum.update(line)
        lines += line
        if lines.count > 1 << 16 { try spoolLines() }
    }

    private func spoolLines() throws(BackupError) {
        do throws(FileError) {
            try spool.writeAll(lines)
        } catch {
            throw BackupError(error, "the backup's manifest cannot be kept")
        }
        lines.removeAll(keepingCapacity: true)
    }

    private static func json(_ value: some Encodable) throws(BackupError) -> [UInt8] {
        do { return try JSONText.encode(value) } catch {
            throw BackupError(.system, "a value has no JSON form: \(error)")
        }
    }
}
