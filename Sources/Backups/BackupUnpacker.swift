// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// Makes the files of a backup beneath a folder; never through a link, and never over anything that is there.
final class BackupUnpacker {
    private let root: Directory
    /// Folders that are not the owner's to write to: their modes are set when all is in them.
    private var closedFolders: [(path: [[UInt8]], mode: UInt32)] = []

    init(_ folder: String) throws(BackupError) {
        do throws(FileError) { root = try Directory(folder) } catch {
            throw BackupError(error, "the backup cannot be unpacked")
        }
    }

    func add(_ entry: TarEntry, _ content: HashedContent) throws(BackupError) {
        // The reader has refused `..` and the like.
        var names = entry.path.split(separator: UInt8(ascii: "/")).map { Array($0) }
        guard let name = names.popLast() else { return }
        let what = "the entry \(entry.name) cannot be unpacked"
        if case .link = entry.kind, !TarEntry.mayBeLink(entry.path) {
            throw BackupError(.refused, "\(what): it is a symbolic link, where Nacre has none; nothing was restored")
        }
        do throws(FileError) {
            let parent = try folder(names)
            switch entry.kind {
            case .folder:
                let made = try parent.makeDirectory(name, mode: 0o700)
                if entry.mode & 0o700 == 0o700 {
                    try made.setMode(entry.mode)
                } else {
                    closedFolders.append((names + [name], entry.mode))
                }
                return
            case .link(let target):
                return try parent.makeSymbolicLink(name, to: target)
            case .file: break
            }
        } catch {
            throw BackupError(error, what)
        }
        let file = try make(name, in: names, what)
        try content.read { piece throws(BackupError) in
            let span = piece.span
            do throws(FileError) {
                try unsafe span.bytes.withUnsafeBytes { bytes throws(FileError) in try unsafe file.writeAll(bytes) }
            } catch {
                throw BackupError(error, what)
            }
        }
        do throws(FileError) {
            try file.setMode(entry.mode)
            try file.setModificationTime(timespec(tv_sec: Int(entry.modified), tv_nsec: 0))
        } catch {
            throw BackupError(error, what)
        }
    }

    private func make(_ name: [UInt8], in names: [[UInt8]], _ what: String) throws(BackupError) -> Descriptor {
        do throws(FileError) {
            return try folder(names).open(name, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        } catch {
            throw BackupError(error, what)
        }
    }

    /// To be called when all is there.
    func finish() throws(BackupError) {
        do throws(FileError) {
            for (path, mode) in closedFolders.reversed() { try root.directory(beneath: path).setMode(mode) }
        } catch {
            throw BackupError(error, "the backup cannot be unpacked")
        }
    }

    private func folder(_ names: [[UInt8]]) throws(FileError) -> Directory {
        var result = try root.directory(beneath: [])
        for name in names { result = try result.makeDirectory(name, mode: 0o700) }
        return result
    }
}
