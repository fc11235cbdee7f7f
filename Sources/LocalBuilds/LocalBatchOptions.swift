// SPDX-License-Identifier: Apache-2.0

/// What `nacre build --batch` was asked to do.
package struct LocalBatchOptions: Sendable, Hashable {
    /// What all of its builds have in common; the artifacts of each go to a folder of its own in `artifactsDirectory`.
    package var build: LocalBuildOptions
    /// How many builds run at the same time, at least 1.
    package var jobs: Int
    /// Whether the artifacts of all builds are put into one zip as well.
    package var combinesArtifacts = false

    package init(build: LocalBuildOptions, jobs: Int) {
        self.build = build
        self.jobs = jobs
    }
}
