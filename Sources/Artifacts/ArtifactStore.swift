// SPDX-License-Identifier: Apache-2.0

package import Digests
package import Files
internal import Glibc

/// Files kept by the SHA-256 of their bytes: `ROOT/ab/cdef…`.
///
/// What has a name there is whole and on the disk: files are written under temporary names, synced and renamed. Nothing
/// stored is ever changed. Several processes may use one store.
package struct ArtifactStore: Sendable {
    /// The store's folder.
    package let root: String

    var incoming: String { root + "/incoming" }

    /// Opens a store, making its folders where they are missing, and removes what a crash has left half-written.
    /// - Throws: `system`.
    package init(_ root: String) throws(ArtifactError) {
        self.root = root
        try Self.system { () throws(FileError) in
            if try Self.makeDirectory(root) { try Self.syncDirectory(Self.parent(root)) }
            _ = try Self.makeDirectory(root + "/incoming")
            try Self.removeAbandoned(root + "/incoming")
        }
    }

    /// Where the bytes of a sum are, or would be.
    package func path(for digest: SHA256Digest) -> String {
        let hex = digest.hex
        return "\(root)/\(hex.prefix(2))/\(hex.dropFirst(2))"
    }

    /// Sees to it that the name of stored bytes is on the disk, where whoever stored them may have been killed before.
    /// - Throws: `notFound`, `system`.
    package func settle(_ digest: SHA256Digest) throws(ArtifactError) {
        let target = path(for: digest)
        do throws(FileError) {
            try Self.syncNames(of: target, in: root)
        } catch {
            throw error.code == ENOENT ? Self.notFound(digest, error) : ArtifactError(error)
        }
        if !contains(digest) { throw ArtifactError(.notFound, "there is no artifact \(digest)") }
    }

    /// Whether there is something for a sum; that it is undamaged only reading tells.
    package func contains(_ digest: SHA256Digest) -> Bool {
        unsafe access(path(for: digest), R_OK) == 0
    }

    /// Moves a finished file into the store: renamed on the same file system, else copied and removed.
    ///
    /// Blocks until the bytes are on the disk. Adding the same bytes again is no error: then only the file is removed, or takes
    /// the place of stored bytes that have been damaged. Stored bytes that are whole never give way.
    /// - Parameters:
    ///   - path: the file, which nobody changes any more; nothing but a regular file is taken.
    ///   - digest: its sum, as found when it was written; checked where the file has to be copied, as one with several names,
    ///     by which it could be changed later, has to be.
    ///   - isDoubtful: whether the sum is checked in any case, as somebody else may have put another file there.
    /// - Throws: `digestMismatch`, `system`.
    package func add(
        fileAt path: String,
        digest: SHA256Digest,
        isDoubtful: Bool = false
    ) throws(ArtifactError) {
        let target = self.path(for: digest)
        if isDoubtful {
            let found = try Self.system { () throws(FileError) in try SHA256Digest(of: ForeignFile.open(path)) }
            if found != digest { throw Self.changed(path, found: found, expected: digest) }
        }
        let isDone = try Self.system { () throws(FileError) in
            try sharingGate { () throws(FileError) in try moveIn(path, digest, to: target) }
        }
        if !isDone { try copyIn(path, digest, to: target) }
    }

    /// Opens stored bytes after reading all of them and comparing their sum; blocks meanwhile.
    /// - Returns: a descriptor for reading that stands at the start; close-on-exec.
    /// - Throws: `notFound`, `digestMismatch`, `system`.
    package func openVerified(_ digest: SHA256Digest) throws(ArtifactError) -> Descriptor {
        let path = path(for: digest)
        let mismatch: ArtifactError
        do throws(FileError) {
            let descriptor = try Descriptor.open(path, O_RDONLY)
            let found = try SHA256Digest(of: descriptor)
            if found == digest {
                try FileError.check("lseek", path) { lseek(descriptor.number, 0, SEEK_SET) }
                return descriptor
            }
            mismatch = Self.damaged(path, found: found, expected: digest)
        } catch {
            throw error.code == ENOENT ? Self.notFound(digest, error) : ArtifactError(error)
        }
        throw mismatch
    }

    static func damaged(_ path: String, found: SHA256Digest, expected: SHA256Digest) -> ArtifactError {
        ArtifactError(
            .digestMismatch,
            "the artifact \(path) is damaged: its SHA-256 is \(found), it must be \(expected)"
        )
    }

    private static func changed(
        _ path: String,
        found: SHA256Digest,
        expected: SHA256Digest
    ) -> ArtifactError {
        ArtifactError(.digestMismatch, "\(path) changed: its SHA-256 is \(found), it was \(expected)")
    }

    static func notFound(_ digest: SHA256Digest, _ cause: FileError) -> ArtifactError {
        ArtifactError(.notFound, "there is no artifact \(digest)", cause: cause)
    }

    // MARK: - Moving in

    /// Renames a file into its place, or finds that its bytes are there already.
    /// - Returns: false where the file lies on another file system, or has further names.
    private func moveIn(_ path: String, _ digest: SHA256Digest, to target: String) throws(FileError) -> Bool {
        let source = try ForeignFile.open(path)
        if Folder.exists(target), try Self.isWhole(target, digest, beside: source) {
            Self.touch(target)
            // Whoever put it there may have been killed before its name was on the disk.
            try Self.syncNames(of: target, in: root)
            try Self.remove(path)
            return true
        }
        _ = try Self.makeDirectory(Self.parent(target))
        if try source.status().st_nlink != 1 { return false }
        // The bytes must be on the disk before the name says that they are.
        try source.sync()
        try FileError.check("fchmod", path) { fchmod(source.number, 0o444) }
        if unsafe rename(path, target) != 0 {
            if errno == EXDEV { return false }
            throw FileError(code: errno, function: "rename", path: path)
        }
        try Self.syncNames(of: target, in: root)
        return true
    }

    /// Whether stored bytes are those of a file that claims their sum, or at least have that sum.
    ///
    /// Mostly they are the same, and to compare bytes is several times faster than to sum them.
    private static func isWhole(
        _ target: String,
        _ digest: SHA256Digest,
        beside file: borrowing Descriptor
    ) throws(FileError) -> Bool {
        if try isSame(Descriptor.open(target, O_RDONLY), file) { return true }
        return try SHA256Digest(ofFileAt: target) == digest
    }

    /// Whether what is left to read of two files is the same.
    private static func isSame(_ first: borrowing Descriptor, _ second: borrowing Descriptor) throws(FileError) -> Bool
    {
        while true {
            let piece = try nextPiece(of: first)
            let other = try nextPiece(of: second)
            guard piece.count == other.count else { return false }
            if piece.isEmpty { return true }
            if unsafe memcmp(piece, other, piece.count) != 0 { return false }
        }
    }

    /// Copies a file under a temporary name, checks its sum, and renames it into its place.
    private func copyIn(_ path: String, _ digest: SHA256Digest, to target: String) throws(ArtifactError) {
        let temporary = "\(incoming)/\(digest.hex).\(getpid())-\(UInt64.random(in: .min ... .max))"
        let found: SHA256Digest
        do throws(FileError) {
            let output = try Descriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL, mode: 0o444)
            // Held until the rename, so that others see that it is not abandoned.
            try FileError.check("flock", temporary) { flock(output.number, LOCK_EX | LOCK_NB) }
            found = try Self.copy(from: ForeignFile.open(path), to: output)
            if found == digest {
                try output.sync()
                try sharingGate { () throws(FileError) in
                    _ = try FileError.check("rename", target) { unsafe rename(temporary, target) }
                }
                try Self.syncNames(of: target, in: root)
                try Self.remove(path)
                return
            }
        } catch {
            unsafe unlink(temporary)
            throw ArtifactError(error)
        }
        unsafe unlink(temporary)
        throw Self.changed(path, found: found, expected: digest)
    }

    private static func copy(
        from source: borrowing Descriptor,
        to output: borrowing Descriptor
    ) throws(FileError) -> SHA256Digest {
        var hasher = SHA256Hasher()
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = try FileError.check("read") {
                unsafe chunk.withUnsafeMutableBytes { unsafe read(source.number, $0.baseAddress, $0.count) }
            }
            if count == 0 { return hasher.digest() }
            let bytes = Array(chunk[..<count])
            hasher.update(bytes)
            try output.writeAll(bytes)
        }
    }

    /// Removes temporary files that no living process is writing.
    static func removeAbandoned(_ incoming: String) throws(FileError) {
        for entry in try Directory(incoming).entries() where entry.kind == .file {
            let path = "\(incoming)/\(String(decoding: entry.name, as: UTF8.self))"
            do throws(FileError) {
                let file = try Descriptor.open(path, O_RDONLY)
                guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else { continue }
                try remove(path)
            } catch {
                // Another process has just finished or removed it.
                if error.code != ENOENT { throw error }
            }
        }
    }

    // MARK: - Calls

    static func system<Value>(
        _ body: () throws(FileError) -> Value
    ) throws(ArtifactError) -> Value {
        do throws(FileError) { return try body() } catch { throw ArtifactError(error) }
    }

    /// Makes a folder.
    /// - Returns: false where it was there.
    static func makeDirectory(_ path: String) throws(FileError) -> Bool {
        if unsafe mkdir(path, 0o777) == 0 { return true }
        if errno == EEXIST { return false }
        throw FileError(code: errno, function: "mkdir", path: path)
    }

    static func syncDirectory(_ path: String) throws(FileError) {
        try Descriptor.open(path, O_RDONLY | O_DIRECTORY).sync()
    }

    /// Puts the name of stored bytes on the disk, and that of its folder, whoever made them.
    static func syncNames(of target: String, in root: String) throws(FileError) {
        try syncDirectory(parent(target))
        try syncDirectory(root)
    }

    static func remove(_ path: String) throws(FileError) {
        try FileError.check("unlink", path) { unsafe unlink(path) }
    }

    static func parent(_ path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }
}
