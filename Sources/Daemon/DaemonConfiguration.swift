// SPDX-License-Identifier: Apache-2.0

package import Control

/// How a daemon is to run.
package struct DaemonConfiguration: Sendable, Hashable {
    package var home: Home
    /// How many builds run at once; nil: as the settings say.
    package var jobs: Int?
    /// What the home's configuration file says at the start.
    package var settings: DaemonSettings
    /// Absolute path of `nacre-supervisor`.
    package var supervisorProgram: String
    /// Absolute path of `nacre-hook`.
    package var hookProgram: String

    package init(
        home: Home,
        jobs: Int? = nil,
        settings: DaemonSettings = DaemonSettings(),
        supervisorProgram: String,
        hookProgram: String
    ) {
        self.home = home
        self.jobs = jobs
        self.settings = settings
        self.supervisorProgram = supervisorProgram
        self.hookProgram = hookProgram
    }
}
