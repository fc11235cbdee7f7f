// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A named pipe in a file's place: whoever opens it to read waits, as on a mount that does not answer.
package final class SilentFile {
    private let path: String
    private var descriptor: Int32 = -1

    /// Puts it there; a file that has the name goes.
    package init(at path: String) throws {
        self.path = path
        try? FileManager.default.removeItem(atPath: path)
        guard unsafe mkfifo(path, 0o600) == 0 else { throw Program.Failure(description: "mkfifo \(path): \(errno)") }
    }

    deinit { answer() }

    /// Waits until somebody reads it, who goes on doing that from now on.
    package func waitUntilRead() throws {
        try eventually("somebody reads \(path)") {
            if descriptor < 0 { descriptor = unsafe open(path, O_WRONLY | O_NONBLOCK) }
            return descriptor >= 0
        }
    }

    /// Lets whoever reads it come to its end.
    package func answer() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }
}
