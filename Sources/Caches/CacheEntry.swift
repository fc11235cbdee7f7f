// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Digests
internal import Files
internal import Glibc

/// A file in the store: how large it is and when it was last used, without opening it.
struct CacheEntry {
    static let suffix = ".cache"
    /// What is being written; a kill leaves such files, without their lock.
    static let partialSuffix = ".partial"

    let path: String
    let size: Int
    /// The file's time of modification: set when it is saved and at each use.
    let lastUsed: PackTime

    /// The name of an entry's file; a new one of that name replaces it, or is not saved.
    static func name(key: String?, version: String) -> String {
        guard let key else { return "unkeyed-\(version)\(suffix)" }
        return "\(SHA256Digest(of: Array(key.utf8)).hex.prefix(32))-\(version)\(suffix)"
    }

    /// All entries in a folder; none where there is no such folder.
    static func all(in directory: String) -> [CacheEntry] {
        names(in: directory, suffix).compactMap { CacheEntry("\(directory)/\($0)") }
    }

    /// The names in a folder that end in a suffix, sorted.
    static func names(in directory: String, _ suffix: String) -> [String] {
        ((try? DirectoryListing.names(of: directory)) ?? []).filter { $0.hasSuffix(suffix) }.sorted()
    }

    private init?(_ path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        self.path = path
        // A file with holes can claim any size.
        size = min(Int(status.st_size), Int(status.st_blocks) * 512)
        lastUsed = PackTime(status.st_mtim)
    }

    /// Notes a use.
    static func touch(_ path: String) {
        _ = unsafe utimensat(AT_FDCWD, path, nil, 0)
    }

    /// Removes a file, unless somebody reads or writes it; what is no file goes in any case.
    /// - Returns: whether it is gone.
    @discardableResult
    static func removeUnused(_ path: String) -> Bool {
        do throws(FileError) {
            let file = try ForeignFile.open(path, O_RDWR)
            // Held until the name is gone: who opens it meanwhile gets no lock, who comes later finds no link.
            guard nacre_try_lock(file.number, true) == 0 else { return false }
            return unsafe unlink(path) == 0
        } catch {
            if error.isNoFile { try? Folder.remove(path) }
            return error.code == ENOENT
        }
    }
}
