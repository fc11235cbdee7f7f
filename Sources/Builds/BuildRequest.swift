// SPDX-License-Identifier: Apache-2.0

package import WireWords

/// All that a supervisor must know: the content of `request.json`.
package struct BuildRequest: Sendable, Hashable {
    /// One source folder, already filled.
    package struct Source: Sendable, Hashable {
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
    package enum BuildspecSource: Sendable, Hashable {
        /// Relative to the primary source, or absolute.
        case file(String)
        /// The YAML text itself.
        case inline(String)
    }

    /// The push that caused the build.
    package struct Push: Sendable, Hashable {
        /// Full name, `refs/heads/main`.
        package var ref: String
        /// The commit before it; zeros for a new branch.
        package var previousCommit: String

        package init(ref: String, previousCommit: String) {
            self.ref = ref
            self.previousCommit = previousCommit
        }
    }

    /// Where the commands run.
    package enum Isolation: Sendable, Hashable {
        /// On the machine as it is.
        case none
        /// In a sandbox of bubblewrap; with the machine's network or with none.
        case sandbox(hasNetwork: Bool)
        /// In a container of this image.
        case image(String, hasNetwork: Bool)
    }

    /// What all of the build's processes together may use; nil: as much as there is.
    package struct Limits: Sendable, Hashable {
        package var memoryBytes: Int64?
        /// Processors, such as 1.5.
        package var cpus: Double?
        package var processes: Int?

        package init(memoryBytes: Int64? = nil, cpus: Double? = nil, processes: Int? = nil) {
            self.memoryBytes = memoryBytes
            self.cpus = cpus
            self.processes = processes
        }

        /// Whether there is any.
        package var isEmpty: Bool { self == Limits() }
    }

    /// Where `cache.paths` are kept between builds.
    package struct Cache: Sendable, Hashable {
        /// Absolute path of the project's own folder.
        package var directory: String
        /// The most that this folder and those beside it may hold together.
        package var limitBytes: Int64

        /// What all caches of a home may take together: 10 GiB.
        package static let standardLimitBytes: Int64 = 10 << 30

        package init(directory: String, limitBytes: Int64 = standardLimitBytes) {
            self.directory = directory
            self.limitBytes = limitBytes
        }
    }

    /// Which of several tries this build is: CodeBuild's `autoRetryConfig`.
    package struct Attempt: Sendable, Hashable {
        /// 0 for the first try.
        package var number: Int
        /// The build that failed before it: `PROJECT:UUID`.
        package var previous: String?
        /// How often any failure of the project is tried again; `on-failure: RETRY` has a limit of its own.
        package var projectLimit: Int

        package init(number: Int = 0, previous: String? = nil, projectLimit: Int = 0) {
            self.number = number
            self.previous = previous
            self.projectLimit = projectLimit
        }
    }

    /// The place of the build in a batch.
    package struct Batch: Sendable, Hashable {
        /// `PROJECT:UUID` of the batch.
        package var id: String
        /// The item's identifier.
        package var identifier: String
        /// For a shard of a fan-out: which, from 0, of how many.
        package var shard: Int?
        package var shardCount: Int?

        package init(id: String, identifier: String, shard: Int? = nil, shardCount: Int? = nil) {
            self.id = id
            self.identifier = identifier
            self.shard = shard
            self.shardCount = shardCount
        }
    }

    /// Where a build begins that goes on in the workspace of an earlier one.
    package struct Start: Sendable, Hashable {
        /// The first phase of the buildspec that runs.
        package var phase: PhaseType
        /// The variables and the folder that the commands before it had left.
        package var place: DebugPoint.Place

        package init(phase: PhaseType, place: DebugPoint.Place) {
            self.phase = phase
            self.place = place
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
    /// How long the build may take from its start.
    package var timeoutSeconds: Int
    package var isolation: Isolation
    package var limits: Limits
    /// How long the log may be; nil: 1 GiB.
    package var logLimitBytes: Int?
    /// Whether the commands may run containers: CodeBuild's `privilegedMode`.
    package var isPrivileged: Bool
    /// Nil: nothing is kept, and `cache` of the buildspec ignored.
    package var cache: Cache?
    package var attempt: Attempt
    /// Nil: the build is not an item of a batch.
    package var batch: Batch?
    /// Whether the build waits for a person at `codebuild-breakpoint` and after a failed command.
    package var isDebug: Bool
    /// Whether the workspace is kept however the build ends, so that its phases can be run again.
    package var keepsWorkspace: Bool
    /// Nil: with the first phase.
    package var start: Start?
    /// The artifacts that an action of a pipeline is to deliver, by name; nil: all that the buildspec makes.
    package var outputs: [String]?
    /// Whether what the commands leave running goes on after a good end: for a deployment, whose purpose that is.
    package var leavesProcesses: Bool?
    /// The folder that a local build's source is a copy of; absolute.
    package var workingTree: String?

    /// CodeBuild's own limit for a project that sets none: 60 minutes.
    package static let defaultTimeoutSeconds = 3600

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
        timeoutSeconds = Self.defaultTimeoutSeconds
        isolation = .none
        limits = Limits()
        logLimitBytes = nil
        isPrivileged = false
        cache = nil
        attempt = Attempt()
        batch = nil
        isDebug = false
        keepsWorkspace = false
        start = nil
        outputs = nil
        leavesProcesses = nil
        workingTree = nil
    }
}
