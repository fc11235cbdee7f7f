// SPDX-License-Identifier: Apache-2.0

/// What a command line asks for.
package enum ParseOutcome: Sendable, Hashable {
    /// To run a command.
    case run(ParsedArguments)
    /// To show the help of the command at this path of verbs; empty for the program's own.
    case help([String])
}
