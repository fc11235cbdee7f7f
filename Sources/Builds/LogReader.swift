// SPDX-License-Identifier: Apache-2.0

package import Files
internal import Glibc

/// Reads a file that another process appends to, from its first byte on; somebody else says when to look.
package final class LogReader {
    private let path: String
    private var file: Descriptor?
    /// How many bytes have been read.
    private var position: Int64 = 0
    private var buffer = [UInt8](repeating: 0, count: 128 * 1024)

    /// Makes a reader; the file may not be there yet.
    package init(path: String) {
        self.path = path
    }

    /// The bytes that have been appended since the last call, at most 128 KiB; empty when there are none.
    package func next() throws(FileError) -> ArraySlice<UInt8> {
        // What a build has put in its place is not there.
        if file == nil, let opened = try? ForeignFile.open(path) { file = consume opened }
        if file == nil { return [] }
        var count = try read(upTo: buffer.count, at: position)
        if count == 0, let size = try file?.status().st_size, size < position {
            position = try lastLine(endingAt: Int64(size))
            count = try read(upTo: buffer.count, at: position)
        }
        position += Int64(count)
        return buffer[..<count]
    }

    /// Where the last line begins of a file that a full disk has taken the end from: it is what was written then.
    private func lastLine(endingAt size: Int64) throws(FileError) -> Int64 {
        let start = max(0, size - Int64(buffer.count))
        let count = try read(upTo: Int(size - start), at: start)
        let bytes = buffer[..<count]
        // In the middle of a line: the last one is still to come.
        guard bytes.last == UInt8(ascii: "\n") else { return size }
        // With the line end before it, which what was shown may lack.
        return start + Int64(bytes.dropLast().lastIndex(of: UInt8(ascii: "\n")) ?? 0)
    }

    private func read(upTo limit: Int, at place: Int64) throws(FileError) -> Int {
        guard let number = file?.number else { return 0 }
        return try FileError.check("read", path) {
            unsafe buffer.withUnsafeMutableBytes { unsafe pread(number, $0.baseAddress, limit, off_t(place)) }
        }
    }
}
