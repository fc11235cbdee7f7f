// SPDX-License-Identifier: Apache-2.0

package import Files
internal import Glibc

/// Reads a file that another process appends to, from its first byte on.
package final class LogFollower {
    /// Becomes readable when there may be more to read.
    package let changes: Inotify
    private let path: String
    private var file: Descriptor?
    private var buffer: [UInt8]

    /// Watches a file; it may not be there yet, its folder must.
    package init(path: String) throws(FileError) {
        self.path = path
        changes = try Inotify()
        buffer = [UInt8](repeating: 0, count: 128 * 1024)
        try open()
    }

    /// The bytes that have been appended since the last call, at most 128 KiB; empty when there are none.
    package func next() throws(FileError) -> ArraySlice<UInt8> {
        // Told apart from what comes after: a change between this and the read below shows again.
        _ = try changes.readEvents()
        if file == nil { try open() }
        guard let number = file?.number else { return [] }
        let count = try FileError.check("read", path) {
            unsafe buffer.withUnsafeMutableBytes { unsafe read(number, $0.baseAddress, $0.count) }
        }
        return buffer[..<count]
    }

    private func open() throws(FileError) {
        if let opened = try? Descriptor.open(path, O_RDONLY) {
            _ = try changes.addWatch(path, .modified)
            file = consume opened
        } else if let slash = path.lastIndex(of: "/") {
            _ = try changes.addWatch(String(path[..<slash]), .created)
        }
    }
}
