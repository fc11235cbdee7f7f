// SPDX-License-Identifier: Apache-2.0

package import WireWords

/// Where a build failed, and what it had there: the content of `debug.json`, from which a shell is opened afterwards.
///
/// It holds no secret: variables in whose value one occurs are left out, and only their names are told.
package struct DebugPoint: Sendable, Hashable, Codable {
    /// What a command finds when it starts.
    package struct Place: Sendable, Hashable {
        /// Absolute path.
        package var directory: String
        /// `NAME=value` texts.
        package var environment: [String]
        /// Names of the variables that are left out.
        package var withheld: [String]

        package init(directory: String, environment: [String], withheld: [String] = []) {
            self.directory = directory
            self.environment = environment
            self.withheld = withheld
        }
    }

    /// A phase that can be run again.
    package struct PhaseStart: Sendable, Hashable, Codable {
        package var phase: PhaseType
        /// What its first command found; of the variables only those that commands before it had set or changed.
        package var place: Place

        package init(phase: PhaseType, place: Place) {
            self.phase = phase
            self.place = place
        }
    }

    /// The phase that failed; of a build that did not fail, its last one.
    package var phase: PhaseType
    /// The command that failed, as written; nil when it was none that did.
    package var command: String?
    /// Its status as a shell tells it.
    package var exitStatus: Int32?
    /// The build's shell.
    package var shell: String
    /// The user of `run-as`; nil: the build's own.
    package var user: String?
    package var place: Place
    /// In their order, as far as the build came.
    package var starts: [PhaseStart]

    package init(
        phase: PhaseType,
        command: String? = nil,
        exitStatus: Int32? = nil,
        shell: String,
        user: String? = nil,
        place: Place,
        starts: [PhaseStart] = []
    ) {
        self.phase = phase
        self.command = command
        self.exitStatus = exitStatus
        self.shell = shell
        self.user = user
        self.place = place
        self.starts = starts
    }
}
