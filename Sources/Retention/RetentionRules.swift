// SPDX-License-Identifier: Apache-2.0

/// The policy of all, and those of single projects and pipelines.
package struct RetentionRules: Sendable, Hashable, Codable {
    package var overall: RetentionPolicy
    /// By the name of a project or of a pipeline; what one of these does not say holds as in `overall`.
    package var projects: [String: RetentionPolicy]

    package init(overall: RetentionPolicy = .standard, projects: [String: RetentionPolicy] = [:]) {
        self.overall = overall
        self.projects = projects
    }

    /// When something that ended before is too old.
    func oldest(of owner: String, at now: Int64) -> Int64? {
        (projects[owner]?.age ?? overall.age).map { now - max(0, $0) }
    }

    /// How many of an owner's are kept.
    package func count(of owner: String) -> Int? {
        (projects[owner]?.count ?? overall.count).map { max(0, $0) }
    }

    /// The shortest time that anything is kept.
    package var shortestAge: Int64? {
        ([overall.age] + projects.values.map(\.age)).compactMap { $0 }.min()
    }

    /// Whether any count is given.
    package var countsAnything: Bool { overall.count != nil || projects.values.contains { $0.count != nil } }

    /// The fewest bytes that anything is limited to.
    package var smallestBytes: Int64? { ([overall.bytes] + projects.values.map(\.bytes)).compactMap { $0 }.min() }

    /// Whether bytes are limited anywhere.
    package var weighsAnything: Bool { overall.bytes != nil || projects.values.contains { $0.bytes != nil } }
}
