// SPDX-License-Identifier: Apache-2.0

/// Words for POSIX shells.
package enum ShellText {
    /// One word that means exactly these characters to any shell.
    package static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
