// SPDX-License-Identifier: Apache-2.0

/// What a build wants of the cache: a buildspec's block `cache`, evaluated.
///
/// [Build specification reference](https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec.cache)
package struct CacheRequest: Hashable, Sendable {
    /// The key as the shell made it; nil for the project's one cache without a key.
    package var key: String?
    /// Beginnings of other keys to restore from, in the order in which they are tried; ignored without a key.
    package var fallbackKeys: [String]
    /// Patterns relative to `root`, or absolute, with variables replaced.
    package var paths: [String]
    /// The absolute path of the original source folder, `CODEBUILD_SRC_DIR`.
    package var root: String

    package init(key: String? = nil, fallbackKeys: [String] = [], paths: [String], root: String) {
        self.key = key
        self.fallbackKeys = fallbackKeys
        self.paths = paths
        self.root = root
    }
}
