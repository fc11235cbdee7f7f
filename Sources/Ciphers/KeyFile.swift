// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// A key in a file: its 32 bytes, which only the owner may read.
package enum KeyFile {
    /// Reads the key.
    /// - Throws: `missingKey` where there is no file; `badKey` where others may read it, where it is somebody else's, or where
    ///   it does not hold 32 bytes; `inaccessible` for the system's reasons.
    package static func read(_ path: String) throws(CipherError) -> SealingKey {
        let content: Result<[UInt8], CipherError>
        do throws(FileError) {
            // A pipe in its place would keep us waiting.
            let file = try Descriptor.open(path, O_RDONLY | O_NONBLOCK)
            if let problem = problem(of: try file.status()) {
                content = .failure(CipherError(.badKey, "\(path) \(problem)"))
            } else {
                content = .success(try file.readToEnd())
            }
        } catch {
            throw CipherError(
                error.code == ENOENT ? .missingKey : .inaccessible,
                "the key \(path) cannot be read: \(error.reason)"
            )
        }
        guard let key = SealingKey(bytes: try content.get()) else {
            throw CipherError(.badKey, "\(path) changed while it was read")
        }
        return key
    }

    /// Reads the key, or makes one where there is no file.
    ///
    /// The file appears whole, with mode 0600, and on the disk; of several processes that make one at once, all get the same.
    /// - Throws: as `read`, but never `missingKey`.
    package static func readOrMake(_ path: String) throws(CipherError) -> SealingKey {
        if unsafe access(path, F_OK) != 0, errno == ENOENT { try make(path) }
        return try read(path)
    }

    /// Why a file cannot be trusted with a key, as the rest of a sentence; nil where it can.
    private static func problem(of status: stat) -> String? {
        if status.st_mode & S_IFMT != S_IFREG { return "is not a file" }
        if status.st_mode & 0o077 != 0 {
            let mode = String(status.st_mode & 0o777, radix: 8)
            return "can be read or written by others (mode \(mode)): make it yours alone with `chmod 600`"
        }
        let user = geteuid()
        if user != 0, status.st_uid != user { return "belongs to another user" }
        if status.st_size != Int64(SealingKey.byteCount) {
            return "is no key: it has \(status.st_size) bytes instead of \(SealingKey.byteCount)"
        }
        return nil
    }

    /// Makes the file under another name and links it to its own, which is refused where one has appeared meanwhile.
    private static func make(_ path: String) throws(CipherError) {
        let draft = "\(path).new-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        defer { _ = unsafe unlink(draft) }
        do throws(FileError) {
            let file = try Descriptor.open(draft, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
            try file.writeAll(SealingKey.random().bytes)
            try file.sync()
            try FileMove.place(draft, at: path)
        } catch {
            throw CipherError(.inaccessible, "the key cannot be made: \(error)")
        }
    }
}
