// SPDX-License-Identifier: Apache-2.0

/// Words for POSIX shells.
package enum ShellText {
    /// One word that means exactly these characters to any shell.
    ///
    /// A shell sees bytes: a quote with an accent behind it, one character to Swift, ends the word all the same.
    package static func quoted(_ text: String) -> String {
        var result = "'"
        for scalar in text.unicodeScalars {
            if scalar == "'" { result += "'\\''" } else { result.unicodeScalars.append(scalar) }
        }
        return result + "'"
    }
}
