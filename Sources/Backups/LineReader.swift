// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// The lines of a part of a file, one after the other.
final class LineReader {
    /// No line of a manifest is longer: a path has at most 4,096 bytes, each of which JSON writes as six at the most.
    private static let limitBytes = 1 << 16

    private let file: Descriptor
    private let path: String
    private var left: Int64
    private var buffer: [UInt8] = []
    private var start = 0

    /// * `file`: stands at the first line.
    /// * `count`: how many bytes the lines have.
    init(_ file: consuming Descriptor, count: Int64, path: String) {
        self.file = file
        self.path = path
        left = count
    }

    /// The next line without its end; nil after the last.
    func next() throws(BackupError) -> [UInt8]? {
        while true {
            if let end = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                return Array(buffer[start..<end])
            }
            if buffer.count - start > Self.limitBytes {
                throw BackupError(.damaged, "\(path) is damaged: a line of its manifest does not end")
            }
            buffer.removeFirst(start)
            start = 0
            if left == 0 { return nil }
            try fill()
        }
    }

    private func fill() throws(BackupError) {
        var chunk = [UInt8](repeating: 0, count: Int(min(left, 1 << 16)))
        do throws(FileError) {
            let count = try FileError.check("read", path) {
                unsafe chunk.withUnsafeMutableBytes { unsafe read(file.number, $0.baseAddress, $0.count) }
            }
            left = count == 0 ? 0 : left - Int64(count)
            buffer += chunk[..<count]
        } catch {
            throw BackupError(error, "the backup cannot be read")
        }
    }
}
