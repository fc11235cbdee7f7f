// SPDX-License-Identifier: Apache-2.0

package import Files

/// Reads a file that another process appends to, from its first byte on, and tells when there is more.
package final class LogFollower {
    /// Becomes readable when there may be more to read.
    package let changes: Inotify
    private let path: String
    private let reader: LogReader

    /// Watches a file; it may not be there yet, its folder must.
    package init(path: String) throws(FileError) {
        self.path = path
        reader = LogReader(path: path)
        changes = try Inotify()
        try watch()
    }

    /// The bytes that have been appended since the last call, at most 128 KiB; empty when there are none.
    package func next() throws(FileError) -> ArraySlice<UInt8> {
        // Told apart from what comes after: a change between this and the read below shows again.
        _ = try changes.readEvents()
        if !reader.isOpen { try watch() }
        return reader.isOpen ? try reader.next() : []
    }

    private func watch() throws(FileError) {
        reader.open()
        if reader.isOpen {
            _ = try changes.addWatch(path, .modified)
        } else if let slash = path.lastIndex(of: "/") {
            _ = try changes.addWatch(String(path[..<slash]), .created)
            // Made between the two: nothing would tell.
            reader.open()
            if reader.isOpen { _ = try changes.addWatch(path, .modified) }
        }
    }
}
