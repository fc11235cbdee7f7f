// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Files
internal import Glibc

/// An entry on its way into the store, under a temporary name.
struct CacheSaving: ~Copyable {
    var walk: CacheWalk
    private let path: String
    /// Holds the lock that tells others that the file is not abandoned.
    private let file: Descriptor

    /// Makes the file, and the store's folder where it is missing.
    init(
        in directory: String,
        limitBytes: Int,
        pathCount: Int,
        _ isStopped: @escaping @Sendable () -> Bool = { false }
    ) throws(CacheError) {
        do throws(FileError) { try Folder.make(directory, mode: 0o700) } catch { throw CacheError(error) }
        let path = "\(directory)/\(getpid())-\(UInt32.random(in: 0 ... .max))\(CacheEntry.partialSuffix)"
        let file: Descriptor
        do throws(FileError) { file = try Self.makeLocked(path) } catch { throw CacheError(error) }
        let writing: Descriptor
        do throws(FileError) { writing = try file.duplicate() } catch { throw CacheError(error) }
        walk = CacheWalk(PackWriter(writing, limitBytes: limitBytes, isStopped), pathCount: pathCount)
        self.path = path
        self.file = file
    }

    /// Removes what was written, unless it has got its name.
    deinit {
        _ = unsafe unlink(path)
    }

    /// Makes a file that is locked from the moment at which it has its name here for good.
    private static func makeLocked(_ path: String) throws(FileError) -> Descriptor {
        while true {
            let file = try Descriptor.open(path, O_RDWR | O_CREAT, mode: 0o600)
            // Somebody who tidies up may be faster with the lock; then the file goes, and another is made.
            let isLocked = nacre_try_lock(file.number, true) == 0
            if isLocked, try file.status().st_nlink > 0 { return file }
        }
    }

    /// Writes the end of the pack.
    mutating func finish(key: String?, version: String, savedAt: Int) throws(CacheError) -> PackManifest {
        try walk.writer.finish(
            walk.folders,
            PackManifest(
                key: key,
                version: version,
                savedAt: savedAt,
                fileCount: walk.fileCount,
                contentBytes: 0,
                indexOffset: 0,
                indexEnd: 0,
                checksum: ""
            )
        )
    }

    /// Gives the entry its name.
    ///
    /// * `replaces`: whether it takes the place of another of that name.
    ///
    /// - Returns: false where there is another that must stay; the new one is gone then.
    func publish(as target: String, replaces: Bool) throws(CacheError) -> Bool {
        // Readers must not find it locked.
        _ = nacre_try_lock(file.number, false)
        do throws(FileError) {
            if replaces {
                try FileError.check("rename", target) { unsafe rename(path, target) }
                return true
            }
            if unsafe link(path, target) == 0 { return true }
            if errno == EEXIST { return false }
            throw FileError(code: errno, function: "link", path: target)
        } catch {
            throw CacheError(error)
        }
    }
}
