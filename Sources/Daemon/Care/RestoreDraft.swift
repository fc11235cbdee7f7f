// SPDX-License-Identifier: Apache-2.0

internal import Backups
internal import CShims
internal import Control
internal import Files
internal import Glibc

/// The folder in which a home is put together before it has its name.
///
/// It lies beside the home, whose place it takes at once; in the home where the folder above cannot be written to, as that of a
/// service, or is on another file system.
struct RestoreDraft: ~Copyable {
    private static let prefix = ".restoring-"

    /// What is put together.
    let home: Home
    private let final: Home
    private let isInside: Bool
    /// The new home's own lock, so that no daemon begins in it before it is whole.
    private let lock: FileLock

    /// Makes one; those that a crash has left are removed.
    static func make(of final: Home) throws(BackupError) -> RestoreDraft {
        do throws(FileError) {
            try Folder.make(Paths.parent(final.path))
            for abandoned in abandoned(of: final) { try Folder.remove(abandoned) }
            return try RestoreDraft(final, isInside: mustBeInside(final))
        } catch {
            throw BackupError(error, "the home cannot be made")
        }
    }

    private init(_ final: Home, isInside: Bool) throws(FileError) {
        let home = Home(path: (isInside ? "\(final.path)/" : final.path) + "\(Self.prefix)\(getpid())")
        try Folder.remove(home.path)
        try Folder.make(home.path, mode: 0o700)
        guard let lock = try FileLock.take(home.lock) else {
            throw FileError(code: EBUSY, function: "fcntl", path: home.lock)
        }
        self.home = home
        self.final = final
        self.isInside = isInside
        self.lock = lock
    }

    /// Those whose restores have ended without removing them.
    static func abandoned(of final: Home) -> [String] {
        [(final.path, prefix), (Paths.parent(final.path), Paths.name(final.path) + prefix)].flatMap { folder, prefix in
            ((try? DirectoryListing.names(of: folder)) ?? []).sorted().filter { name in
                name.hasPrefix(prefix) && name.utf8.count > prefix.utf8.count
                    && name.dropFirst(prefix.count).allSatisfy(\.isNumber)
            }.map { "\(folder)/\($0)" }
        }.filter { Folder.isFolder($0) && !FileLock.isHeld(Home(path: $0).lock) }
    }

    private static func mustBeInside(_ final: Home) -> Bool {
        var own = stat()
        var parent = stat()
        guard unsafe stat(final.path, &own) == 0, unsafe stat(Paths.parent(final.path), &parent) == 0 else {
            return false
        }
        return unsafe own.st_dev != parent.st_dev || access(Paths.parent(final.path), W_OK | X_OK) != 0
    }

    func remove() {
        try? Folder.remove(home.path)
    }

    /// Gives the finished home its name, after all of it is on the disk.
    func place() throws(BackupError) {
        do throws(FileError) {
            try Descriptor.open(home.path, O_RDONLY | O_DIRECTORY).syncFileSystem()
            if isInside {
                try placeNames()
            } else {
                // Over an empty folder, too; over one that somebody has just put something into, never.
                try FileError.check("rename", final.path) { unsafe rename(home.path, final.path) }
            }
            let folder = isInside ? final.path : Paths.parent(final.path)
            try Descriptor.open(folder, O_RDONLY | O_DIRECTORY).sync()
        } catch {
            throw BackupError(error, "the home cannot be given its name")
        }
    }

    private func placeNames() throws(FileError) {
        // The lock first, which keeps daemons away; the journal last, as without it the home is none.
        let (first, last) = (Paths.name(home.lock), Paths.name(home.database))
        let others = try DirectoryListing.names(of: home.path).filter { $0 != first && $0 != last }
        for name in [first] + others + [last] {
            let target = "\(final.path)/\(name)"
            try FileError.checkCode("rename", target, unsafe nacre_rename_noreplace("\(home.path)/\(name)", target))
        }
        try Folder.remove(home.path)
    }
}
