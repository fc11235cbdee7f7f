// SPDX-License-Identifier: Apache-2.0

package import Control
package import Retention

/// How a daemon is to run.
package struct DaemonConfiguration: Sendable, Hashable {
    package var home: Home
    /// How many builds run at once.
    package var jobs: Int
    /// Absolute path of `nacre-supervisor`.
    package var supervisorProgram: String
    /// Absolute path of `nacre-hook`.
    package var hookProgram: String

    /// Absolute path of `nacre-environment`.
    package var environmentProgram: String
    /// What is kept of what is over.
    package var retention: RetentionRules
    /// How large a file is kept to be given away when the disk is full.
    package var reserveBytes: Int64

    package init(
        home: Home,
        jobs: Int,
        supervisorProgram: String,
        hookProgram: String,
        environmentProgram: String,
        retention: RetentionRules = RetentionRules(),
        reserveBytes: Int64 = 64 << 20
    ) {
        self.home = home
        self.jobs = jobs
        self.supervisorProgram = supervisorProgram
        self.hookProgram = hookProgram
        self.environmentProgram = environmentProgram
        self.retention = retention
        self.reserveBytes = reserveBytes
    }
}
