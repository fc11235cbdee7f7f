// SPDX-License-Identifier: Apache-2.0

package import Digests
internal import Files
internal import Glibc

/// Taking out what nobody needs, beside others who may just be bringing the same bytes.
///
/// Whoever brings bytes that are there already sets their file's time, so that a file which is older than the last known need
/// of it is needed by nobody.
extension ArtifactStore {
    /// A stored file.
    package struct Entry: Sendable, Hashable {
        package let digest: SHA256Digest
        package let size: Int64
        /// When it was stored, or brought again: milliseconds since 1970.
        package let modifiedAt: Int64
    }

    /// Notes that stored bytes are needed once more.
    /// - Returns: false where they are not there; they are there for as long as anybody may take to say so otherwise.
    package func renew(_ digest: SHA256Digest) -> Bool {
        let path = path(for: digest)
        let isThere = try? sharingGate { () throws(FileError) in Self.touch(path) }
        return isThere ?? contains(digest)
    }

    /// Removes stored bytes, unless they were stored or brought again after an instant.
    /// - Returns: the bytes that this has freed; nil where the file stays.
    /// - Throws: `system`.
    package func remove(_ digest: SHA256Digest, unlessNewerThan instant: Int64) throws(ArtifactError) -> Int64? {
        let path = path(for: digest)
        return try Self.system { () throws(FileError) -> Int64? in
            try holdingGate(exclusively: true) { () throws(FileError) -> Int64? in
                var status = stat()
                guard unsafe lstat(path, &status) == 0 else { return 0 }
                if Self.milliseconds(status.st_mtim) > instant { return nil }
                try Self.remove(path)
                return Int64(status.st_size)
            }
        }
    }

    /// Everything that is stored, folder by folder.
    package func eachEntry(_ body: (Entry) -> Void) {
        for folder in (try? DirectoryListing.names(of: root)) ?? [] where folder.utf8.count == 2 {
            for name in (try? DirectoryListing.names(of: "\(root)/\(folder)")) ?? [] {
                var status = stat()
                guard let digest = SHA256Digest(hex: folder + name),
                    unsafe lstat("\(root)/\(folder)/\(name)", &status) == 0
                else { continue }
                let modifiedAt = Self.milliseconds(status.st_mtim)
                body(Entry(digest: digest, size: Int64(status.st_size), modifiedAt: modifiedAt))
            }
        }
    }

    /// Removes what was being written when its process was killed.
    package func removeAbandoned() {
        try? Self.removeAbandoned(incoming)
    }

    // MARK: - The gate

    // The lock is on the store's folder: shared for whoever gives a file its name, alone for whoever removes one.

    /// Runs `body` while nobody removes files.
    func sharingGate<Value>(_ body: () throws(FileError) -> Value) throws(FileError) -> Value {
        try holdingGate(exclusively: false, body)
    }

    private func holdingGate<Value>(
        exclusively isExclusive: Bool,
        _ body: () throws(FileError) -> Value
    ) throws(FileError) -> Value {
        let lock = try Descriptor.open(root, O_RDONLY | O_DIRECTORY)
        while flock(lock.number, isExclusive ? LOCK_EX : LOCK_SH) != 0 {
            if errno != EINTR { throw FileError(code: errno, function: "flock", path: root) }
        }
        return try body()
    }

    /// Sets a file's time to now.
    /// - Returns: false where there is none.
    @discardableResult
    static func touch(_ path: String) -> Bool {
        unsafe utimensat(AT_FDCWD, path, nil, 0) == 0
    }

    private static func milliseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
