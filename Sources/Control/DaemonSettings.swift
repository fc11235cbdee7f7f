// SPDX-License-Identifier: Apache-2.0

package import Retention

/// What the configuration file of a home says: `HOME/config.yml`.
package struct DaemonSettings: Sendable, Hashable, Codable {
    /// The name of the file in the home.
    package static let fileName = "config.yml"
    package static let defaultReserve: Int64 = 64_000_000
    /// How many builds may run at once, at most.
    package static let jobsRange = 1...1000

    /// How many builds run at once; nil: as many as the machine has cores.
    package var jobs: Int?
    /// What is kept, of every project that says nothing else.
    package var retention: RetentionPolicy
    /// What single projects say otherwise.
    package var projects: [String: RetentionPolicy]
    /// Bytes that are kept for cleaning up on a full disk.
    package var reserve: Int64
    package var approvers: Approvers

    package init(
        jobs: Int? = nil,
        retention: RetentionPolicy = .standard,
        projects: [String: RetentionPolicy] = [:],
        reserve: Int64 = Self.defaultReserve,
        approvers: Approvers = .anyone
    ) {
        self.jobs = jobs
        self.retention = retention
        self.projects = projects
        self.reserve = reserve
        self.approvers = approvers
    }

    /// What is kept, of all and of single projects.
    package var retentionRules: RetentionRules { RetentionRules(overall: retention, projects: projects) }
}
