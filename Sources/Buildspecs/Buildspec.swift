// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// A valid buildspec: what AWS CodeBuild is told to do, with the place of each thing that an error may have to name.
package struct Buildspec: Sendable, Hashable {
    /// The versions that there are.
    package enum Version: String, Sendable, Hashable, CaseIterable {
        /// Each command starts afresh.
        case v01 = "0.1"
        /// Directory and environment carry over.
        case v02 = "0.2"
    }

    /// The version.
    package var version: Version
    /// The user that commands run as; nil for the one that runs the build.
    package var runAs: Located<String>?
    /// The block `env`; empty where there is none.
    package var environment = BuildEnvironment()
    /// The block `proxy`.
    package var proxy: ProxySettings?
    /// The block `batch`.
    package var batch: BatchSettings?
    /// The phases that are written; one without a value is absent.
    package var phases: [PhaseName: Phase] = [:]
    /// The primary artifact; nil without `artifacts`, or where it names no files.
    package var artifacts: ArtifactSet?
    /// `secondary-artifacts` in file order, each identifier once.
    package var secondaryArtifacts: [SecondaryArtifact] = []
    /// `reports` in file order.
    package var reports: [ReportGroup] = []
    /// The block `cache`.
    package var cache: CacheSettings?

    package init(version: Version) {
        self.version = version
    }
}
