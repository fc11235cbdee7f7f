// SPDX-License-Identifier: Apache-2.0

internal import CCrypto
package import Files
internal import Glibc

/// A SHA-256 sum in the making; a copy goes on by itself.
///
/// The old `SHA256_…` functions of libcrypto on purpose: the newer interface links, and starts, the whole library.
package struct SHA256Hasher: Sendable {
    private var context = SHA256_CTX()

    package init() {
        _ = unsafe SHA256_Init(&context)
    }

    /// Adds bytes to what is summed.
    package mutating func update(_ bytes: borrowing RawSpan) {
        unsafe bytes.withUnsafeBytes { buffer in
            _ = unsafe SHA256_Update(&context, buffer.baseAddress, buffer.count)
        }
    }

    /// Adds bytes to what is summed.
    package mutating func update(_ bytes: [UInt8]) {
        unsafe update(bytes.span.bytes)
    }

    /// The sum of everything added so far; more may be added afterwards.
    package func digest() -> SHA256Digest {
        var copy = context
        var words: [UInt8] = Array(repeating: 0, count: 32)
        unsafe words.withUnsafeMutableBufferPointer { buffer in
            _ = unsafe SHA256_Final(buffer.baseAddress, &copy)
        }
        guard let digest = SHA256Digest(bytes: words) else { preconditionFailure("SHA-256 gives 32 bytes") }
        return digest
    }
}

extension SHA256Digest {
    /// The sum of bytes in memory.
    package init(of bytes: [UInt8]) {
        var hasher = SHA256Hasher()
        hasher.update(bytes)
        self = hasher.digest()
    }

    /// The sum of a file from the descriptor's present position to its end; memory use does not depend on its length.
    ///
    /// * `isStopped`: whether to give up; asked for every piece.
    ///
    /// - Throws: what `read(2)` answers; `ECANCELED` when it was stopped.
    package init(of descriptor: borrowing Descriptor, isStopped: () -> Bool = { false }) throws(FileError) {
        var hasher = SHA256Hasher()
        var chunk = [UInt8](repeating: 0, count: 262_144)
        while true {
            let count = try Self.fill(&chunk, from: descriptor)
            if count == 0 { break }
            if isStopped() { throw FileError(code: ECANCELED, function: "read") }
            unsafe hasher.update(chunk.span.extracting(first: count).bytes)
        }
        self = hasher.digest()
    }

    /// The sum of a file's content.
    ///
    /// * `isStopped`: as for a descriptor.
    ///
    /// - Throws: what `open(2)` or `read(2)` answers; `ECANCELED` when it was stopped.
    package init(ofFileAt path: String, isStopped: () -> Bool = { false }) throws(FileError) {
        try self.init(of: Descriptor.open(path, 0), isStopped: isStopped)
    }

    private static func fill(_ chunk: inout [UInt8], from descriptor: borrowing Descriptor) throws(FileError) -> Int {
        var count = 0
        var failure: FileError?
        unsafe chunk.withUnsafeMutableBytes { buffer in
            do throws(FileError) { count = try unsafe descriptor.read(into: buffer) } catch { failure = error }
        }
        if let failure { throw failure }
        return count
    }
}
