// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import Files
internal import Glibc

/// Writes an archive from its beginning to its end; what it holds in memory does not depend on what is written.
final class TarWriter {
    private static let bufferBytes = 1 << 20

    private let output: Descriptor
    private var pending: [UInt8] = []
    private var chunk = [UInt8](repeating: 0, count: bufferBytes)

    /// Takes over an open file, or any other stream.
    init(_ output: consuming Descriptor) {
        self.output = output
        pending.reserveCapacity(2 * Self.bufferBytes)
    }

    /// Adds a folder or a link.
    func add(_ entry: TarEntry) throws(BackupError) {
        try put(TarHeader.bytes(of: entry))
    }

    /// Adds a file with these bytes.
    func add(_ bytes: [UInt8], as entry: TarEntry) throws(BackupError) {
        var entry = entry
        entry.size = Int64(bytes.count)
        try put(TarHeader.bytes(of: entry))
        try put(bytes)
        try put(TarHeader.padding(after: entry.size))
    }

    /// Adds an open file as it is now, from its start.
    ///
    /// What is appended to it meanwhile is left out. Of one that becomes shorter, as a log does that is begun anew, zeros
    /// stand for the end: its length has been written by then.
    func add(contentOf file: borrowing Descriptor, as entry: TarEntry) throws(BackupError) -> AddedFile {
        var entry = entry
        var count = try fill(from: file, entry)
        // A file that fits is as long as what was read, whatever happens to it; of a longer one the present length counts.
        let isWhole = count < chunk.count
        do throws(FileError) {
            entry.size = isWhole ? Int64(count) : max(Int64(count), Int64(try file.status().st_size))
        } catch {
            throw BackupError(error, "\(entry.name) cannot be read")
        }
        try put(TarHeader.bytes(of: entry))
        var hasher = SHA256Hasher()
        var left = entry.size
        var isPadded = false
        while true {
            count = Int(min(Int64(count), left))
            unsafe hasher.update(chunk.span.extracting(first: count).bytes)
            try put(chunk[..<count])
            left -= Int64(count)
            if left == 0 { break }
            count = try fill(from: file, entry)
            if count == 0 {
                isPadded = true
                chunk = [UInt8](repeating: 0, count: chunk.count)
                count = chunk.count
            }
        }
        try put(TarHeader.padding(after: entry.size))
        return AddedFile(size: entry.size, digest: hasher.digest(), isPadded: isPadded)
    }

    /// Writes the end.
    ///
    /// * `isDurable`: whether it is on the disk when this returns.
    func finish(isDurable: Bool) throws(BackupError) {
        try put([UInt8](repeating: 0, count: 2 * TarHeader.blockSize))
        do throws(FileError) {
            try output.writeAll(pending)
            pending = []
            if isDurable { try output.sync() }
        } catch {
            throw BackupError(error, "the backup cannot be written")
        }
    }

    /// Reads as much as there is and the chunk can hold.
    private func fill(from file: borrowing Descriptor, _ entry: TarEntry) throws(BackupError) -> Int {
        var count = 0
        while count < chunk.count {
            let start = count
            let more = unsafe chunk.withUnsafeMutableBytes { buffer -> Int in
                while true {
                    let more = unsafe read(
                        file.number,
                        buffer.baseAddress.map { unsafe $0 + start },
                        buffer.count - start
                    )
                    if more >= 0 || errno != EINTR { return more }
                }
            }
            if more < 0 {
                throw BackupError(FileError(code: errno, function: "read"), "\(entry.name) cannot be read")
            }
            if more == 0 { break }
            count += more
        }
        return count
    }

    private func put(_ bytes: some Collection<UInt8>) throws(BackupError) {
        pending.append(contentsOf: bytes)
        guard pending.count >= Self.bufferBytes else { return }
        do throws(FileError) {
            try output.writeAll(pending)
        } catch {
            throw BackupError(error, "the backup cannot be written")
        }
        pending.removeAll(keepingCapacity: true)
    }
}
