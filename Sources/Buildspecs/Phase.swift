// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// One phase as it is written.
package struct Phase: Sendable, Hashable {
    /// The shell texts, in order; empty where the phase holds `steps`.
    package var commands: [Command] = []
    /// What runs after `commands`, whether or not they failed.
    package var finallyCommands: [Command] = []
    /// What follows a failure; nil for the usual transitions.
    package var onFailure: Located<OnFailure>?
    /// The user that the phase's commands run as; nil for the one of the whole build.
    package var runAs: Located<String>?
    /// The runtimes asked for, by name, in file order; CodeBuild reads them in `install` only.
    package var runtimeVersions: [RuntimeVersion] = []
    /// GitHub Actions steps in place of commands.
    package var steps: [Step] = []
    /// Where the key `steps` is; nil without it.
    package var stepsLocation: SourceLocation?
    /// Where the phase's name is.
    package let location: SourceLocation

    package init(location: SourceLocation) {
        self.location = location
    }
}
