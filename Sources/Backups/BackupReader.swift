// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import Files
internal import Glibc
internal import JSON

/// Reads a backup: first what it says of itself, then every byte, compared with its manifest.
package struct BackupReader: Sendable {
    /// The file.
    package let path: String
    package let header: BackupHeader
    private let manifest: Place

    /// Where an entry's bytes lie in the file.
    private struct Place: Sendable {
        let offset: Int64
        let size: Int64
    }

    /// Reads the header and looks for the manifest, from entry to entry.
    /// - Throws: `notABackup`; `damaged` for a file that is cut short; `newer`.
    package init(_ path: String) throws(BackupError) {
        self.path = path
        let tar = try Self.open(path)
        header = try Self.header(tar, path)
        var place: Place?
        while let entry = try tar.next() {
            if entry.name == BackupLine.path { place = Place(offset: tar.offset, size: entry.size) }
        }
        guard let place else {
            throw BackupError(.damaged, "\(path) has no \(BackupLine.path): it was not finished")
        }
        manifest = place
    }

    /// Compares every entry with the manifest.
    package func verify() throws(BackupError) -> BackupSummary {
        try read { _, _ throws(BackupError) in }
    }

    /// Unpacks into a folder that is empty, comparing every entry with the manifest on the way.
    ///
    /// What was unpacked before a damaged entry stays: the folder is the caller's to remove.
    package func unpack(into folder: String) throws(BackupError) -> BackupSummary {
        let unpacker = try BackupUnpacker(folder)
        let summary = try read { entry, tar throws(BackupError) in
            if entry.name != BackupHeader.path { try unpacker.add(entry, tar) }
        }
        try unpacker.finish()
        return summary
    }

    private func read(
        _ receive: (TarEntry, HashedContent) throws(BackupError) -> Void
    ) throws(BackupError) -> BackupSummary {
        let closing = try checkManifest()
        let lines = try manifestLines()
        let tar = try Self.open(path)
        var summary = BackupSummary(header: header, entries: 0, bytes: 0)
        while let entry = try tar.next() {
            if entry.name == BackupLine.path { continue }
            guard let text = try lines.next(), let line = try? JSONText.decode(BackupLine.self, from: text),
                line.path == entry.name, line.size == entry.size
            else {
                throw BackupError(.damaged, "\(path) is damaged: the entry \(entry.name) is not as its manifest says")
            }
            let content = HashedContent(tar)
            try receive(entry, content)
            let digest: SHA256Digest? =
                switch entry.kind {
                case .file: try content.digest()
                case .link(let target): SHA256Digest(of: target)
                case .folder: nil
                }
            guard digest == line.sha256 else {
                throw BackupError(
                    .damaged,
                    "\(path) is damaged: the entry \(entry.name) has another SHA-256 than its manifest says"
                )
            }
            summary.entries += 1
            summary.bytes += entry.size
        }
        guard summary.entries == closing.entries, summary.bytes == closing.bytes else {
            throw BackupError(.damaged, "\(path) is damaged: it has \(summary.entries) of \(closing.entries) entries")
        }
        return summary
    }

    // MARK: - The manifest

    /// Compares the manifest with its last line.
    private func checkManifest() throws(BackupError) -> BackupLine.Closing {
        let lines = try manifestLines()
        var sum = SHA256Hasher()
        var last: [UInt8]?
        while let line = try lines.next() {
            if let last { sum.update(last + [UInt8(ascii: "\n")]) }
            last = line
        }
        guard let last, let closing = try? JSONText.decode(BackupLine.Closing.self, from: last),
            closing.sha256 == sum.digest()
        else {
            throw BackupError(.damaged, "\(path) is damaged: the entry \(BackupLine.path) is not as it was written")
        }
        return closing
    }

    private func manifestLines() throws(BackupError) -> LineReader {
        do throws(FileError) {
            let file = try Descriptor.open(path, O_RDONLY)
            try FileError.check("lseek", path) { lseek(file.number, Int(manifest.offset), SEEK_SET) }
            return LineReader(file, count: manifest.size, path: path)
        } catch {
            throw BackupError(error, "the backup cannot be read")
        }
    }

    // MARK: - The header

    private static func open(_ path: String) throws(BackupError) -> TarReader {
        do throws(FileError) {
            return TarReader(try Descriptor.open(path, O_RDONLY))
        } catch {
            throw BackupError(error, "the backup cannot be read")
        }
    }

    private static func header(_ tar: TarReader, _ path: String) throws(BackupError) -> BackupHeader {
        let nothing = BackupError(
            .notABackup,
            "\(path) is not a backup of Nacre's, or its beginning is damaged; one that was compressed is unpacked first"
        )
        let first: TarEntry?
        do throws(BackupError) { first = try tar.next() } catch {
            throw error.code == .damaged ? nothing : error
        }
        guard let first, first.name == BackupHeader.path, first.size <= 1 << 20 else { throw nothing }
        var bytes: [UInt8] = []
        try tar.content { piece throws(BackupError) in bytes += piece }
        // Asked for first: a newer form may have another header.
        guard let format = try? JSONText.decode(Format.self, from: bytes).format else { throw nothing }
        guard format <= BackupHeader.currentFormat else {
            throw BackupError(
                .newer,
                "\(path) was written by a newer version of Nacre (its form is \(format), this one reads "
                    + "\(BackupHeader.currentFormat)); restore it with that version"
            )
        }
        guard let header = try? JSONText.decode(BackupHeader.self, from: bytes) else { throw nothing }
        return header
    }

    private struct Format: Codable {
        var format: Int
    }
}
