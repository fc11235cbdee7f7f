// SPDX-License-Identifier: Apache-2.0

package import Files

/// Something that a `RepositoryWatcher` noticed.
package enum WatchEvent: Sendable, Hashable {
    /// Refs may have changed: scan them. It may turn out that nothing has.
    case changed(RepositoryKey)
    /// There is no repository at the path any more; it is waited for.
    case vanished(RepositoryKey)
    /// There is a repository at the path again, the same or another: scan its refs.
    case appeared(RepositoryKey)
    /// The kernel dropped events: scan all repositories.
    case overflow
    /// Watching is not possible, most often because of `fs.inotify.max_user_watches`: the repository is looked at once a
    /// second from now on.
    case polled(RepositoryKey, FileError)
}
