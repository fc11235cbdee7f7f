// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// What one artifact is made of; every pattern is as written.
package struct ArtifactSet: Sendable, Hashable {
    /// Patterns of the files to take.
    package var files: [Located<String>] = []
    /// The artifact's name, to be evaluated by the shell at build time; only read where the project allows it.
    package var name: Located<String>?
    /// A folder, or a pattern of folders, that `files` are relative to.
    package var baseDirectory: Located<String>?
    /// Whether only base names are kept.
    package var discardPaths = false
    /// Patterns of files not to take, relative to the base directory.
    package var excludePaths: [Located<String>] = []
    /// Whether symbolic links stay links in a zip.
    package var enableSymlinks = false
    /// A prefix for the key in S3.
    package var s3Prefix: Located<String>?
    /// Where the key of the block is.
    package let location: SourceLocation

    package init(location: SourceLocation) {
        self.location = location
    }
}
