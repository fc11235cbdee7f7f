// SPDX-License-Identifier: Apache-2.0

package import Processes

/// The shell that a client gets.
package struct DebugShellLaunch: Sendable, Hashable {
    /// Absolute path.
    package var executable: String
    /// `argv`, the shell's own name first.
    package var arguments: [String]
    /// `NAME=value` texts, without `TERM`, which is the client's.
    package var environment: [String]
    /// Where it starts.
    package var directory: String
    /// Who it runs as; nil: who the server is.
    package var credentials: Credentials?
    /// What the person reads before the first prompt: whole lines.
    package var greeting: String

    package init(
        executable: String,
        arguments: [String],
        environment: [String],
        directory: String,
        credentials: Credentials? = nil,
        greeting: String = ""
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.credentials = credentials
        self.greeting = greeting
    }
}
