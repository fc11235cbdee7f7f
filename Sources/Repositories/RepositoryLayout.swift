// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// The places in a git directory that tell of its refs.
enum RepositoryLayout {
    /// Whether a path is a git directory: `HEAD`, `objects` and `refs` are what git itself asks for.
    static func isRepository(_ path: String) -> Bool {
        status(path + "/HEAD") != nil && isDirectory(path + "/objects") && isDirectory(path + "/refs")
    }

    /// Whether there is a directory, or a link to one.
    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The directories in one, as paths; none where it cannot be read, and links are not followed.
    static func directories(in path: String) -> [String] {
        guard let entries = try? DirectoryEntry.list(Array(path.utf8)) else { return [] }
        return entries.compactMap { entry in
            // A name that is not UTF-8 holds only refs that cannot be watched.
            guard entry.kind == .directory, let name = String(validating: entry.name, as: UTF8.self) else { return nil }
            return "\(path)/\(name)"
        }
    }

    /// A number that is another one whenever refs have changed: every update renames a file into one of the directories; and
    /// when pushes are kept there.
    /// - Returns: nil where there is no repository.
    static func fingerprint(_ path: String) -> Int? {
        guard isRepository(path) else { return nil }
        var hasher = Hasher()
        hasher.combine(KeptPushes.areIn(path))
        var places = [path + "/packed-refs", path + "/HEAD", path + "/refs/heads", path + "/refs/tags"]
        while let place = places.popLast() {
            if place.hasPrefix(path + "/refs/") { places += directories(in: place).sorted() }
            guard let status = status(place) else { continue }
            hasher.combine(place)
            hasher.combine(status.st_ino)
            hasher.combine(status.st_size)
            hasher.combine(status.st_mtim.tv_sec)
            hasher.combine(status.st_mtim.tv_nsec)
        }
        return hasher.finalize()
    }

    private static func status(_ path: String) -> stat? {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? status : nil
    }
}
