// SPDX-License-Identifier: Apache-2.0

/// A command line that makes no sense; the exit code for it is `ExitCode.usage`.
package struct UsageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence on what is wrong, without a full stop.
    package let message: String
    /// What was probably meant; nil when nothing is near.
    package let suggestion: String?
    /// The command's usage line.
    package let usage: String
    /// The command, such as `nacre repo create`.
    package let command: String

    init(_ message: String, suggestion: String? = nil, chain: [CommandDescription]) {
        let help = HelpText(chain: chain, width: 80)
        self.message = message
        self.suggestion = suggestion
        self.usage = help.usage
        self.command = help.command
    }

    /// The three lines to show, without a newline at the end.
    package var description: String {
        let hint = suggestion.map { "; did you mean '\($0)'?" } ?? ""
        return "error: \(message)\(hint)\nusage: \(usage)\nSee '\(command) --help'."
    }
}
