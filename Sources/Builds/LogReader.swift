// SPDX-License-Identifier: Apache-2.0

package import Files
internal import Glibc

/// Reads a file that another process appends to, from its first byte on; somebody else says when to look.
package final class LogReader {
    private let path: String
    private var file: Descriptor?
    private var buffer = [UInt8](repeating: 0, count: 128 * 1024)

    /// Makes a reader; the file may not be there yet.
    package init(path: String) {
        self.path = path
    }

    /// The bytes that have been appended since the last call, at most 128 KiB; empty when there are none.
    package func next() throws(FileError) -> ArraySlice<UInt8> {
        // What a build has put in its place is not there.
        if file == nil, let opened = try? ForeignFile.open(path) { file = consume opened }
        guard let number = file?.number else { return [] }
        let count = try FileError.check("read", path) {
            unsafe buffer.withUnsafeMutableBytes { unsafe read(number, $0.baseAddress, $0.count) }
        }
        return buffer[..<count]
    }
}
