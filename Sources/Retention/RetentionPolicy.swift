// SPDX-License-Identifier: Apache-2.0

/// How long, how many and how much of what is over is kept; what is nil does not limit.
package struct RetentionPolicy: Sendable, Hashable, Codable {
    /// Milliseconds since a build or an execution has ended: older ones go, rows and all.
    package var age: Int64?
    /// Builds of a project, and executions of a pipeline: those beyond it go, rows and all.
    package var count: Int?
    /// Of logs, folders and artifacts: beyond it the oldest lose theirs and keep their rows.
    package var bytes: Int64?
    /// As `bytes`, when less than this is free; one for all projects.
    package var freeSpace: FreeSpace?

    package init(age: Int64? = nil, count: Int? = nil, bytes: Int64? = nil, freeSpace: FreeSpace? = nil) {
        self.age = age
        self.count = count
        self.bytes = bytes
        self.freeSpace = freeSpace
    }

    /// What holds where nothing is configured: a year, as on AWS, and a twentieth of the disk free.
    package static let standard = RetentionPolicy(age: 365 * 24 * 3600 * 1000, freeSpace: .share(0.05))
}
