// SPDX-License-Identifier: Apache-2.0

/// Which files make up an artifact: the keys of a buildspec's `artifacts` block.
///
/// [Build specification reference](https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec.artifacts)
package struct ArtifactRules: Hashable, Sendable {
    /// `files`: patterns relative to the base directory.
    package var files: [String]
    /// `base-directory`: a path or pattern relative to the source's root, variables expanded; nil: the root.
    package var baseDirectory: String?
    /// `exclude-paths`: patterns, relative to the base directory, of files that are left out.
    package var excludePaths: [String]
    /// `discard-paths`: whether only the files' own names are kept.
    package var discardsPaths: Bool
    /// `enable-symlinks`: whether links inside the artifact stay links.
    package var keepsSymlinks: Bool

    package init(
        files: [String],
        baseDirectory: String? = nil,
        excludePaths: [String] = [],
        discardsPaths: Bool = false,
        keepsSymlinks: Bool = false
    ) {
        self.files = files
        self.baseDirectory = baseDirectory
        self.excludePaths = excludePaths
        self.discardsPaths = discardsPaths
        self.keepsSymlinks = keepsSymlinks
    }
}
