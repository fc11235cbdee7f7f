// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// Opens files beneath root folders, never through a symbolic link.
///
/// The last folder stays open: sorted entries mostly share it. For one thread.
struct SourceFolders: ~Copyable {
    private var folder: Directory?
    private var folderRoot = ""
    private var folderPath: Substring = ""

    /// Opens `root/path` and says what it is; the caller owns the descriptor.
    /// - Throws: `notAFile`, `sourceChanged` when it is not there, `system`.
    mutating func open(root: String, path: String, entry: String) throws(ZipError) -> (descriptor: Int32, status: stat)
    {
        do throws(FileError) {
            return try openFile(try moveToFolder(root: root, path: path))
        } catch {
            throw Self.translated(error, entry)
        }
    }

    /// The size of a file; 0 when that cannot be told.
    mutating func size(root: String, path: String) -> Int {
        do throws(FileError) {
            let name = try moveToFolder(root: root, path: path)
            return Int(try folder?.status(of: name).st_size ?? 0)
        } catch {
            return 0
        }
    }

    /// Opens the folder of a path unless it is open already, and gives the path's last name.
    private mutating func moveToFolder(root: String, path: String) throws(FileError) -> [UInt8] {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let parent = slash.map { path[..<$0] } ?? ""
        if folder == nil || folderRoot != root || !folderPath.utf8.elementsEqual(parent.utf8) {
            folder = nil
            folder = try Directory(root).directory(
                beneath: parent.utf8.split(separator: UInt8(ascii: "/")).map { Array($0) }
            )
            folderRoot = root
            folderPath = parent
        }
        return Array(slash.map { path.utf8[path.utf8.index(after: $0)...] } ?? path.utf8[...])
    }

    private func openFile(_ name: [UInt8]) throws(FileError) -> (descriptor: Int32, status: stat) {
        guard let status = try folder?.status(of: name) else { throw FileError(code: ENOENT, function: "openat") }
        // Looked at before opening: opening a device can do something, opening a pipe waits.
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileError(code: EINVAL, function: kindName(status.st_mode))
        }
        guard let descriptor = try folder?.open(name, O_RDONLY | O_NONBLOCK) else {
            throw FileError(code: ENOENT, function: "openat")
        }
        let opened = try descriptor.status()
        guard opened.st_mode & S_IFMT == S_IFREG else {
            throw FileError(code: EINVAL, function: kindName(opened.st_mode))
        }
        return (descriptor.release(), opened)
    }

    private static func translated(_ error: FileError, _ entry: String) -> ZipError {
        switch error.code {
        case ENOENT: ZipError(.sourceChanged, entry, "it is not there any more", cause: error)
        case ELOOP, ENOTDIR: ZipError(.notAFile, entry, "a symbolic link, or a file used as a folder", cause: error)
        case EINVAL: ZipError(.notAFile, entry, "\(error.function), not a regular file")
        default: ZipError(entry, error)
        }
    }
}

private func kindName(_ mode: mode_t) -> String {
    switch mode & S_IFMT {
    case S_IFDIR: "a folder"
    case S_IFLNK: "a symbolic link"
    case S_IFIFO: "a named pipe"
    case S_IFSOCK: "a socket"
    default: "a device"
    }
}
