// SPDX-License-Identifier: Apache-2.0

package import Digests
package import Files
internal import Glibc

extension ArtifactStore {
    /// Copies what is left to read of a descriptor into the store, summing it on the way; reads it once.
    ///
    /// Blocks until the bytes are on the disk. Nothing stays behind when it fails.
    /// - Parameters:
    ///   - input: a file, pipe or socket.
    ///   - observe: gets each piece in order, as for a further sum.
    /// - Returns: the sum by which the bytes are found, and their number.
    /// - Throws: `system`.
    package func add(
        copyOf input: borrowing Descriptor,
        observe: ([UInt8]) -> Void = { _ in }
    ) throws(ArtifactError) -> (digest: SHA256Digest, size: Int64) {
        try addStream { output throws(ArtifactError) in
            var sums = Sums()
            do throws(FileError) {
                while case let bytes = try Self.nextPiece(of: input), !bytes.isEmpty {
                    sums.add(bytes)
                    observe(bytes)
                    try output.writeAll(bytes)
                }
            } catch {
                throw ArtifactError(error)
            }
            return sums
        }
    }

    /// Takes what `body` writes into the store.
    ///
    /// Blocks until the bytes are on the disk. Nothing stays behind when it fails.
    /// - Parameters:
    ///   - observe: gets each piece in order, after `body`, as for a further sum.
    ///   - body: writes to a new file.
    /// - Returns: the sum by which the bytes are found, and their number.
    /// - Throws: `system`, or what `body` throws.
    package func add(
        observe: ([UInt8]) -> Void = { _ in },
        writtenBy body: (borrowing Descriptor) throws(ArtifactError) -> Void
    ) throws(ArtifactError) -> (digest: SHA256Digest, size: Int64) {
        try addStream { output throws(ArtifactError) in
            try body(output)
            var sums = Sums()
            do throws(FileError) {
                try FileError.check("lseek") { lseek(output.number, 0, SEEK_SET) }
                while case let bytes = try Self.nextPiece(of: output), !bytes.isEmpty {
                    sums.add(bytes)
                    observe(bytes)
                }
            } catch {
                throw ArtifactError(error)
            }
            return sums
        }
    }

    /// What is known of bytes that have been seen.
    private struct Sums {
        private var hasher = SHA256Hasher()
        private(set) var size: Int64 = 0

        var digest: SHA256Digest { hasher.digest() }

        mutating func add(_ bytes: [UInt8]) {
            hasher.update(bytes)
            size += Int64(bytes.count)
        }
    }

    /// Makes a file under a temporary name, lets `body` fill it, and gives it the name of its sum.
    private func addStream(
        _ body: (borrowing Descriptor) throws(ArtifactError) -> Sums
    ) throws(ArtifactError) -> (digest: SHA256Digest, size: Int64) {
        let temporary = "\(incoming)/stream.\(getpid())-\(UInt64.random(in: .min ... .max))"
        do throws(ArtifactError) {
            let output = try Self.system { () throws(FileError) in
                let output = try Descriptor.open(temporary, O_RDWR | O_CREAT | O_EXCL, mode: 0o444)
                // Held until the rename, so that others see that it is not abandoned.
                try FileError.check("flock", temporary) { flock(output.number, LOCK_EX | LOCK_NB) }
                return output.release()
            }
            let file = Descriptor(owning: output)
            let sums = try body(file)
            let digest = sums.digest
            let target = path(for: digest)
            try Self.system { () throws(FileError) in
                try file.sync()
                _ = try Self.makeDirectory(Self.parent(target))
                // Also over the same bytes: those may have been damaged.
                try sharingGate { () throws(FileError) in
                    _ = try FileError.check("rename", target) { unsafe rename(temporary, target) }
                }
                try Self.syncNames(of: target, in: root)
            }
            return (digest, sums.size)
        } catch {
            unsafe unlink(temporary)
            throw error
        }
    }

    /// Reads stored bytes to their end, compares their sum, and lets others see them on the way.
    /// - Returns: the number of bytes.
    /// - Throws: `notFound`, `digestMismatch`, `system`.
    @discardableResult
    package func verify(_ digest: SHA256Digest, observe: ([UInt8]) -> Void) throws(ArtifactError) -> Int64 {
        let path = path(for: digest)
        var hasher = SHA256Hasher()
        var size: Int64 = 0
        do throws(FileError) {
            let input = try Descriptor.open(path, O_RDONLY)
            while case let bytes = try Self.nextPiece(of: input), !bytes.isEmpty {
                observe(bytes)
                hasher.update(bytes)
                size += Int64(bytes.count)
            }
        } catch {
            throw error.code == ENOENT ? Self.notFound(digest, error) : ArtifactError(error)
        }
        let found = hasher.digest()
        if found != digest { throw Self.damaged(path, found: found, expected: digest) }
        return size
    }

    /// Up to a mebibyte; empty at the end.
    static func nextPiece(of input: borrowing Descriptor) throws(FileError) -> [UInt8] {
        var failure: FileError?
        let number = input.number
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
            do throws(FileError) {
                count = try FileError.check("read") { unsafe read(number, buffer.baseAddress, buffer.count) }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }
}
