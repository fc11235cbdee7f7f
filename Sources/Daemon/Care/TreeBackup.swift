// SPDX-License-Identifier: Apache-2.0

internal import Backups
internal import Digests
internal import Files
internal import Glibc

/// Puts folders into a backup while others write in them: what goes meanwhile is left out, what cannot be read is noted.
final class TreeBackup {
    /// Deeper folders are noted as a problem; each level takes a descriptor.
    private static let depthLimit = 200
    /// Of more problems only the number is told.
    private static let problemLimit = 100

    let writer: BackupWriter
    /// What could not be put into the backup, a sentence each.
    private(set) var problems: [String] = []
    private var problemCount = 0

    init(_ writer: BackupWriter) {
        self.writer = writer
    }

    /// The problems, and how many more there were.
    var allProblems: [String] {
        let more = problemCount - problems.count
        return more == 0 ? problems : problems + ["\(more) more files could not be read"]
    }

    func note(_ problem: String) {
        problemCount += 1
        if problems.count < Self.problemLimit { problems.append(problem) }
    }

    /// Adds a folder with all that is in it; nothing where there is none.
    ///
    /// * `folder`: its absolute path.
    /// * `path`: what it is called in the backup.
    /// * `isLeftOut`: told a name and how deep it lies, 0 for those directly in the folder.
    func add(
        folder: String,
        as path: String,
        leavingOut isLeftOut: (_ name: String, _ depth: Int) -> Bool = { _, _ in false }
    ) throws(BackupError) {
        let directory: Directory
        do throws(FileError) { directory = try Directory(folder) } catch { return try missed(path, error) }
        try add(directory, as: Array(path.utf8), depth: 0, isLeftOut)
    }

    /// Adds one file; nothing where there is none.
    /// - Returns: its sum; nil where it was not added.
    @discardableResult
    func add(file: String, as path: String) throws(BackupError) -> SHA256Digest? {
        let opened: Descriptor
        do throws(FileError) {
            opened = try Descriptor.open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        } catch {
            try missed(path, error)
            return nil
        }
        return try add(opened, as: Array(path.utf8))
    }

    // MARK: - Walking

    private func add(
        _ directory: borrowing Directory,
        as path: [UInt8],
        depth: Int,
        _ isLeftOut: (String, Int) -> Bool
    ) throws(BackupError) {
        let entries: [DirectoryEntry]
        let mode: UInt32
        do throws(FileError) {
            mode = try directory.status().st_mode
            entries = try directory.entries()
        } catch {
            return try missed(String(decoding: path, as: UTF8.self), error)
        }
        try writer.addFolder(path, mode: mode)
        for entry in entries where !isLeftOut(String(decoding: entry.name, as: UTF8.self), depth) {
            try add(entry, of: directory, as: path + [UInt8(ascii: "/")] + entry.name, depth: depth, isLeftOut)
        }
    }

    private func add(
        _ entry: DirectoryEntry,
        of directory: borrowing Directory,
        as path: [UInt8],
        depth: Int,
        _ isLeftOut: (String, Int) -> Bool
    ) throws(BackupError) {
        let name = String(decoding: path, as: UTF8.self)
        switch entry.kind {
        // A socket or a pipe belongs to a process, and is of no use without it.
        case .special: return
        case .file:
            let file: Descriptor
            do throws(FileError) {
                file = try directory.open(entry.name, O_RDONLY | O_NONBLOCK)
            } catch {
                return try missed(name, error)
            }
            try add(file, as: path)
        case .symbolicLink:
            let target: [UInt8]
            do throws(FileError) { target = try directory.target(ofSymbolicLink: entry.name) } catch {
                return try missed(name, error)
            }
            if try !writer.addLink(path, to: target) { note("\(name) is a symbolic link, which is left out") }
        case .directory:
            guard depth < Self.depthLimit else { return note("\(name) lies too deep") }
            let inner: Directory
            do throws(FileError) { inner = try directory.directory(entry.name) } catch {
                return try missed(name, error)
            }
            try add(inner, as: path, depth: depth + 1, isLeftOut)
        }
    }

    @discardableResult
    private func add(_ file: borrowing Descriptor, as path: [UInt8]) throws(BackupError) -> SHA256Digest? {
        // Its kind may have changed since it was listed.
        guard let status = try? file.status(), status.st_mode & S_IFMT == S_IFREG else { return nil }
        let added = try writer.add(file, as: path)
        if added.isPadded {
            note("\(String(decoding: path, as: UTF8.self)) became shorter while it was read: zeros stand for its end")
        }
        return added.digest
    }

    /// Something that could not be opened: gone since it was listed, which is good, or a problem.
    private func missed(_ path: String, _ error: FileError) throws(BackupError) {
        switch error.code {
        case ENOENT, ENOTDIR: return
        case ELOOP: note("\(path) is a symbolic link, which is not followed")
        case EMFILE, ENFILE, ENOMEM, EIO: throw BackupError(error, "\(path) cannot be read")
        default: note("\(path) cannot be read: \(error.reason)")
        }
    }
}
