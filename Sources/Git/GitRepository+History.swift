// SPDX-License-Identifier: Apache-2.0

internal import CGit2

extension GitRepository {
    /// Commits that one commit has and another has not, as `git log OLD..NEW` tells them.
    package struct History: Sendable, Hashable {
        /// The first of them, newest first.
        package var commits: [GitCommit]
        /// How many more there are, counted up to a limit.
        package var more: Int
    }

    /// Reads what is new in a commit.
    /// - Parameters:
    ///   - new: the commit that is looked from; it is among what is told.
    ///   - old: what it reaches is left out; nil: nothing is.
    ///   - limit: how many commits are read.
    ///   - countLimit: how many are counted.
    /// - Returns: the commits, and how many more there are.
    /// - Throws: `.notFound` for a commit that is not there.
    package func history(
        of new: ObjectID,
        since old: ObjectID?,
        limit: Int,
        countLimit: Int = 10_000
    ) throws(GitError) -> History {
        var walk: OpaquePointer?
        try unsafe LibGit2.check("git_revwalk_new", path, git_revwalk_new(&walk, handle))
        defer { unsafe git_revwalk_free(walk) }
        let order = GIT_SORT_TOPOLOGICAL.rawValue | GIT_SORT_TIME.rawValue
        try unsafe LibGit2.check("git_revwalk_sorting", path, git_revwalk_sorting(walk, order))
        var id = new.raw
        try unsafe LibGit2.check("git_revwalk_push", "\(path) \(new)", git_revwalk_push(walk, &id))
        if let old {
            id = old.raw
            try unsafe LibGit2.check("git_revwalk_hide", "\(path) \(old)", git_revwalk_hide(walk, &id))
        }
        var history = History(commits: [], more: 0)
        while history.commits.count + history.more < countLimit {
            let code = unsafe git_revwalk_next(&id, walk)
            if code == GIT_ITEROVER.rawValue { break }
            try LibGit2.check("git_revwalk_next", path, code)
            if history.commits.count < limit {
                history.commits.append(try commit(ObjectID(id)))
            } else {
                history.more += 1
            }
        }
        return history
    }
}
