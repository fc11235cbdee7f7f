// SPDX-License-Identifier: Apache-2.0

/// Whether a daemon is being drained, and what still runs.
package struct DrainReport: Sendable, Hashable, Codable {
    /// Nothing new is begun.
    package var isDraining: Bool
    /// Who asked for it; nil: nobody.
    package var by: String?
    /// RFC 3339; nil: it was not asked for.
    package var since: String?
    /// Builds that run, `PROJECT#NUMBER`.
    package var builds: [String]
    /// Actions and rules that run, but for those whose builds are told or wait; `PIPELINE/NUMBER NAME`.
    package var actions: [String]
    /// How many builds wait.
    package var waiting: Int

    /// Whether nothing runs.
    package var isIdle: Bool { builds.isEmpty && actions.isEmpty }

    package init(
        isDraining: Bool,
        by: String? = nil,
        since: String? = nil,
        builds: [String] = [],
        actions: [String] = [],
        waiting: Int = 0
    ) {
        self.isDraining = isDraining
        self.by = by
        self.since = since
        self.builds = builds
        self.actions = actions
        self.waiting = waiting
    }
}
