// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A walk through a folder and everything below it, however deep it goes: neither the stack nor the open descriptors grow
/// with the depth, as a build can make folders deeper than any limit of either.
package enum DeepWalk {
    /// A folder that has been left for one below it.
    private struct Level {
        let device: UInt
        let inode: UInt
        /// Folders in it that are still to be visited.
        var names: [[UInt8]]
    }

    /// Shows every name beneath a folder, before what is in it; links are names and not followed.
    ///
    /// Goes on after a failure. What is gone since it was listed is no failure.
    ///
    /// * `body`: gets the folder that a name is in, the name, and how many folders lie between; says whether to look into
    ///   what it names, where that is a folder.
    ///
    /// - Throws: the first failure.
    package static func visit(
        _ path: String,
        _ body: (borrowing Directory, DirectoryEntry, Int) throws(FileError) -> Bool
    ) throws(FileError) {
        var failure: FileError?
        var folder = try Directory(path)
        var levels: [Level] = []
        var names = show(folder, 0, body, &failure)
        while true {
            if let name = names.popLast() {
                do throws(FileError) {
                    let status = try folder.status()
                    let child = try folder.directory(name)
                    levels.append(Level(device: status.st_dev, inode: status.st_ino, names: names))
                    folder = child
                    names = show(folder, levels.count, body, &failure)
                } catch {
                    if ![ENOENT, ENOTDIR, ELOOP].contains(error.code) { failure = failure ?? error }
                }
            } else if let above = levels.popLast() {
                folder = try folder.directory(Array("..".utf8))
                let status = try folder.status()
                guard status.st_dev == above.device, status.st_ino == above.inode else {
                    throw FileError(code: ESTALE, function: "openat", path: path)
                }
                names = above.names
            } else {
                if let failure { throw failure }
                return
            }
        }
    }

    /// Shows what is in one folder.
    /// - Returns: the folders in it that are to be visited.
    private static func show(
        _ folder: borrowing Directory,
        _ depth: Int,
        _ body: (borrowing Directory, DirectoryEntry, Int) throws(FileError) -> Bool,
        _ failure: inout FileError?
    ) -> [[UInt8]] {
        let entries: [DirectoryEntry]
        do throws(FileError) { entries = try folder.entries() } catch {
            failure = failure ?? error
            return []
        }
        var names: [[UInt8]] = []
        for entry in entries {
            do throws(FileError) {
                if try body(folder, entry, depth), entry.kind == .directory { names.append(entry.name) }
            } catch {
                failure = failure ?? error
            }
        }
        return names
    }
}
