// SPDX-License-Identifier: Apache-2.0

internal import CShims
package import Files

/// How many characters a terminal shows.
package struct TerminalSize: Sendable, Hashable {
    package var rows: UInt16
    package var columns: UInt16

    package init(rows: UInt16, columns: UInt16) {
        self.rows = rows
        self.columns = columns
    }

    /// What terminals have had since the VT100.
    package static let standard = TerminalSize(rows: 24, columns: 80)

    /// The size of the terminal behind a descriptor; nil when it is none, or does not know its size.
    package init?(of descriptor: Int32) {
        var rows: UInt16 = 0
        var columns: UInt16 = 0
        guard unsafe nacre_window_size(descriptor, &rows, &columns) == 0, rows > 0, columns > 0 else { return nil }
        self.init(rows: rows, columns: columns)
    }

    /// Tells a terminal its size; what runs in it gets SIGWINCH when that changes anything.
    package func set(_ terminal: borrowing Descriptor) throws(FileError) {
        try FileError.checkCode("ioctl", "the terminal", nacre_set_window_size(terminal.number, rows, columns))
    }
}
