// SPDX-License-Identifier: Apache-2.0

package import WireWords

/// All that a supervisor must know: the content of `request.json`.
package struct BuildRequest: Sendable, Hashable, Codable {
    /// One source folder, already filled.
    package struct Source: Sendable, Hashable, Codable {
        /// Nil for the primary source.
        package var identifier: String?
        /// Absolute path of the folder.
        package var directory: String
        /// CodeBuild's source type, such as `CODECOMMIT` or `NO_SOURCE`.
        package var type: String
        /// Clone address or path; empty when there is none.
        package var location: String
        /// What was asked for: a branch, a commit; empty when nothing was.
        package var version: String
        /// The commit that it came to; nil when the source is not from git.
        package var resolvedVersion: String?

        package init(
            identifier: String? = nil,
            directory: String,
            type: String,
            location: String = "",
            version: String = "",
            resolvedVersion: String? = nil
        ) {
            self.identifier = identifier
            self.directory = directory
            self.type = type
            self.location = location
            self.version = version
            self.resolvedVersion = resolvedVersion
        }
    }

    /// Where the buildspec is.
    package enum BuildspecSource: Sendable, Hashable, Codable {
        /// Relative to the primary source, or absolute.
        case file(String)
        /// The YAML text itself.
        case inline(String)
    }

    /// The push that caused the build.
    package struct Push: Sendable, Hashable, Codable {
        /// Full name, `refs/heads/main`.
        package var ref: String
        /// The commit before it; zeros for a new branch.
        package var previousCommit: String

        package init(ref: String, previousCommit: String) {
            self.ref = ref
            self.previousCommit = previousCommit
        }
    }

    /// `PROJECT:UUID`.
    package var id: BuildID
    /// Counts up within the project, from 1.
    package var number: Int
    /// Who or what started it.
    package var initiator: String
    package var region: String
    /// Whether it is a run on somebody's laptop and not the daemon's.
    package var isLocal: Bool
    package var source: Source
    package var secondarySources: [Source]
    package var buildspec: BuildspecSource
    /// Variables that beat the buildspec's.
    package var overrides: [EnvironmentVariable]
    /// What the machine gives: `PATH`, `HOME`, `LANG` and the like.
    package var machineEnvironment: [String: String]
    package var push: Push?
    package var submittedAt: Timestamp
    package var queuedAt: Timestamp
    /// When the workspace began to be prepared.
    package var startedAt: Timestamp
    /// How long a stopped build's processes have between SIGTERM and SIGKILL.
    package var graceSeconds: Int

    package init(id: BuildID, number: Int, initiator: String, source: Source, at now: Timestamp) {
        self.id = id
        self.number = number
        self.initiator = initiator
        region = "us-east-1"
        isLocal = false
        self.source = source
        secondarySources = []
        buildspec = .file("buildspec.yml")
        overrides = []
        machineEnvironment = [:]
        push = nil
        submittedAt = now
        queuedAt = now
        startedAt = now
        graceSeconds = 10
    }
}
