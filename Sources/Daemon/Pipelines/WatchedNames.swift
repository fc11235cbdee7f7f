// SPDX-License-Identifier: Apache-2.0

internal import Repositories

/// The refs of a repository that pipelines need, beside those that its own patterns name.
struct WatchedNames: Sendable, Hashable {
    /// Full names.
    var refs: Set<RefName> = []
    /// Whether any branch and any tag may be needed.
    var isEverything = false

    /// Together with a repository's own patterns.
    func joined(_ patterns: [String]) -> BranchPatterns {
        BranchPatterns(patterns, alsoRefs: refs, isEverything: isEverything)
    }
}
