// SPDX-License-Identifier: Apache-2.0

internal import Batches
package import Builds
package import Secrets
package import WireWords

/// What `nacre build` was asked to do.
package struct LocalBuildOptions: Sendable, Hashable {
    /// The working tree; absolute.
    package var directory: String
    /// A path, or the YAML itself; nil for `buildspec.yml` of the working tree.
    package var buildspec: String?
    /// Variables that beat the buildspec's.
    package var variables: [EnvironmentVariable] = []
    /// Where each of the variables was given, such as `-e` or a file and its line.
    package var variableOrigins: [String: String] = [:]
    /// Values of parameters and secrets that go before the store's; nil for none.
    package var secretsFile: SecretsFile?
    /// Where artifacts go; absolute.
    ///
    /// Nil: they are made, counted and dropped.
    package var artifactsDirectory: String?
    /// Whether artifacts are also unpacked there.
    package var unpacksArtifacts = false
    /// Further working trees by source identifier.
    package var secondarySources: [(identifier: String, directory: String)] {
        get { secondary.map { ($0.identifier, $0.directory) } }
        set { secondary = newValue.map { Secondary(identifier: $0.identifier, directory: $0.directory) } }
    }
    /// Whether the commands run in the working tree itself instead of a copy.
    package var isInPlace = false
    /// Whether `cache` of the buildspec is carried out.
    package var keepsCache = true
    /// Whether the build's folder is left where it is.
    package var keepsFolder = false

    /// Whether the build waits for the person at breakpoints and after a failed command, with a shell.
    package var isDebug = false
    /// Nil: all phases; else the first one that is run again, in the workspace that an earlier build has left.
    package var firstPhase: PhaseType?

    /// How long the build may take.
    package var timeoutSeconds = BuildRequest.defaultTimeoutSeconds
    /// How often any failure is tried again.
    package var retryLimit = 0

    /// The batch that the build belongs to, and which of its items it is; nil for a build of its own.
    var batch: (id: BuildID, item: BatchPlan.Item)? {
        get { batchItem.map { ($0.id, $0.item) } }
        set { batchItem = newValue.map { BatchItem(id: $0.id, item: $0.item) } }
    }
    /// A folder that is no part of the source even where it lies in it; absolute.
    ///
    /// What an earlier run has made is not part of the next one's source.
    var excludedDirectory: String?
    /// Where the commands run.
    package var isolation = BuildRequest.Isolation.none
    /// What they may use together.
    package var limits = BuildRequest.Limits()
    /// Whether they may run containers.
    package var isPrivileged = false

    private var secondary: [Secondary] = []
    private var batchItem: BatchItem?

    private struct Secondary: Sendable, Hashable {
        var identifier: String
        var directory: String
    }

    private struct BatchItem: Sendable, Hashable {
        var id: BuildID
        var item: BatchPlan.Item
    }

    package init(directory: String) {
        self.directory = directory
    }
}
