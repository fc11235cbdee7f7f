// SPDX-License-Identifier: Apache-2.0

package import Files
internal import Glibc

/// A person's terminal while its keys go somewhere else: every key as it is pressed, none shown and none with a meaning here.
///
/// Whoever holds it must take signals as something to read (`SignalQueue`): the terminal is put back by `restore`, which
/// no handler calls, or when the last reference goes.
package final class RawMode {
    private let descriptor: Int32
    private var saved: termios
    private var isRaw = true

    /// Whether a terminal is behind a descriptor.
    package static func isTerminal(_ descriptor: Int32) -> Bool {
        isatty(descriptor) == 1
    }

    /// Makes a terminal raw.
    ///
    /// * `descriptor`: the terminal; it must stay open until `restore`.
    package init(_ descriptor: Int32) throws(FileError) {
        self.descriptor = descriptor
        var state = termios()
        try FileError.check("tcgetattr") { unsafe tcgetattr(descriptor, &state) }
        saved = state
        unsafe cfmakeraw(&state)
        try FileError.check("tcsetattr") { unsafe tcsetattr(descriptor, TCSADRAIN, &state) }
    }

    /// Puts the terminal back as it was; a second call does nothing.
    package func restore() {
        guard isRaw else { return }
        isRaw = false
        // A process in the background would be stopped by the change.
        let before = signal(SIGTTOU, SIG_IGN)
        defer { _ = signal(SIGTTOU, before) }
        _ = unsafe tcsetattr(descriptor, TCSADRAIN, &saved)
    }

    deinit {
        restore()
    }
}
