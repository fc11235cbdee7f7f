// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A descriptor to write to that belongs to somebody else, such as standard output.
///
/// A reader that has gone is no error.
package struct BorrowedOutput: Sendable {
    private let number: Int32

    package init(_ number: Int32) {
        self.number = number
    }

    /// The program's results go here.
    package static var standardOutput: BorrowedOutput { BorrowedOutput(STDOUT_FILENO) }
    /// What the program says to a person goes here.
    package static var standardError: BorrowedOutput { BorrowedOutput(STDERR_FILENO) }

    /// Writes all the bytes, or as many as the reader takes.
    package func write(_ bytes: ArraySlice<UInt8>) {
        unsafe bytes.withUnsafeBytes { buffer in
            var sent = 0
            while sent < buffer.count {
                let count = unsafe Glibc.write(number, buffer.baseAddress.map { unsafe $0 + sent }, buffer.count - sent)
                if count > 0 {
                    sent += count
                } else if errno == EAGAIN {
                    // Somebody made the terminal non-blocking.
                    var event = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
                    _ = unsafe poll(&event, 1, -1)
                } else if errno != EINTR {
                    return
                }
            }
        }
    }

    /// Writes a text as UTF-8.
    package func write(_ text: String) {
        write(Array(text.utf8)[...])
    }
}
