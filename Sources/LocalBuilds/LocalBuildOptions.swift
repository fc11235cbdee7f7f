// SPDX-License-Identifier: Apache-2.0

package import Builds

/// What `nacre build` was asked to do.
package struct LocalBuildOptions: Sendable, Hashable {
    /// The working tree; absolute.
    package var directory: String
    /// A path, or the YAML itself; nil for `buildspec.yml` of the working tree.
    package var buildspec: String?
    /// Variables that beat the buildspec's.
    package var variables: [EnvironmentVariable] = []
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
    /// Whether the build's folder is left where it is.
    package var keepsFolder = false

    /// How long the build may take.
    package var timeoutSeconds = BuildRequest.defaultTimeoutSeconds
    /// How often any failure is tried again.
    package var retryLimit = 0

    /// Where the commands run.
    package var isolation = BuildRequest.Isolation.none
    /// What they may use together.
    package var limits = BuildRequest.Limits()
    /// Whether they may run containers.
    package var isPrivileged = false

    private var secondary: [Secondary] = []

    private struct Secondary: Sendable, Hashable {
        var identifier: String
        var directory: String
    }

    package init(directory: String) {
        self.directory = directory
    }
}
