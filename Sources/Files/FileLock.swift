// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Glibc

/// A lock that lives as long as any copy of its descriptor, so that a child which inherits it goes on holding it.
package struct FileLock: ~Copyable, Sendable {
    /// The open lock file; hand it to a child to hand on the lock.
    package let descriptor: Descriptor

    /// Takes the lock if nobody holds it; the file is made when it is missing.
    /// - Returns: nil when another holds it.
    package static func take(_ path: String) throws(FileError) -> FileLock? {
        let descriptor = try Descriptor.open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
        let code = nacre_try_lock(descriptor.number, true)
        if code == EAGAIN { return nil }
        try FileError.checkCode("fcntl", path, code)
        return FileLock(descriptor: descriptor)
    }

    /// Takes over a lock that the process inherited.
    package init(inherited number: Int32) {
        self.init(descriptor: Descriptor(owning: number))
    }

    private init(descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    /// Whether some other open file holds a lock on the file; false when there is no such file, or something else instead.
    package static func isHeld(_ path: String) -> Bool {
        do throws(FileError) {
            let descriptor = try ForeignFile.open(path)
            return nacre_is_locked(descriptor.number) == 1
        } catch {
            // Out of descriptors, say: what cannot be looked at is not taken for dead. One that its own owner may not read is
            // what a command has made of it.
            return !error.isMissing && !error.isNoFile && error.code != EACCES
        }
    }

    /// Gives up the value but not the lock, which is let go when the process ends.
    package consuming func keepUntilExit() {
        _ = descriptor.release()
    }

    /// Replaces what the lock file says, for people and for `isHeld`'s callers to read.
    package func write(_ text: String) throws(FileError) {
        try FileError.check("ftruncate") { ftruncate(descriptor.number, 0) }
        try FileError.check("lseek") { lseek(descriptor.number, 0, SEEK_SET) }
        try descriptor.writeAll(text)
    }
}
