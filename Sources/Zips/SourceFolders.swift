// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// Looks at and opens files beneath root folders, never through a symbolic link.
///
/// The last folder stays open: sorted entries mostly share it. For one thread.
struct SourceFolders: ~Copyable {
    private var folder: Directory?
    private var folderRoot = ""
    private var folderPath: String.UTF8View.SubSequence = "".utf8[...]

    /// The size of the file `root/path`.
    /// - Throws: as `open`.
    mutating func size(root: String, path: String, entry: String) throws(ZipError) -> Int {
        do throws(FileError) {
            let name = try moveToFolder(root: root, path: path)
            guard let status = try folder?.status(of: name) else { throw Self.missing }
            return try Self.size(ofRegular: status)
        } catch {
            throw Self.translated(error, entry)
        }
    }

    /// Opens `root/path` and says what it is; the caller owns the descriptor.
    ///
    /// `size` comes before it: opening a device can do something.
    /// - Throws: `notAFile`, `sourceChanged` when it is not there, `system`.
    mutating func open(root: String, path: String, entry: String) throws(ZipError) -> (descriptor: Int32, status: stat)
    {
        do throws(FileError) {
            let name = try moveToFolder(root: root, path: path)
            // Without waiting, should it be a pipe by now.
            guard let descriptor = try folder?.open(name, O_RDONLY | O_NONBLOCK) else { throw Self.missing }
            let status = try descriptor.status()
            _ = try Self.size(ofRegular: status)
            return (descriptor.release(), status)
        } catch {
            throw Self.translated(error, entry)
        }
    }

    /// Opens the folder of a path unless it is open already, and gives the path's last name.
    private mutating func moveToFolder(root: String, path: String) throws(FileError) -> [UInt8] {
        let bytes = path.utf8
        let nameStart = bytes.index(path.startIndex, offsetBy: ZipPath.nameStart(path))
        let parent = bytes[..<nameStart]
        if folder == nil || folderRoot != root || !ZipPath.isSame(folderPath, parent) {
            folder = nil
            folder = try Directory(root).directory(
                beneath: parent.split(separator: UInt8(ascii: "/")).map { Array($0) }
            )
            folderRoot = root
            folderPath = parent
        }
        let name = bytes[nameStart...]
        return unsafe name.withContiguousStorageIfAvailable { unsafe Array($0) } ?? Array(name)
    }

    private static func size(ofRegular status: stat) throws(FileError) -> Int {
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileError(code: EINVAL, function: kindName(status.st_mode))
        }
        return Int(status.st_size)
    }

    private static let missing = FileError(code: ENOENT, function: "openat")

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
