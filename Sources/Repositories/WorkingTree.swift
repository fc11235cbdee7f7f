// SPDX-License-Identifier: Apache-2.0

internal import Files
package import Git
internal import Glibc

/// The files of a folder that belong to a build: what git tracks or would track, or everything in a plain folder.
package struct WorkingTree: Sendable, Hashable {
    /// Where the repository stands.
    package struct Head: Sendable, Hashable {
        /// Nil before the first commit.
        package let commit: ObjectID?
        /// The branch without `refs/heads/`; nil when `HEAD` is detached.
        package let branch: String?
        /// Where `origin`, or else the branch's remote, lies, without a password; nil without a remote.
        package let remoteURL: String?
    }

    /// Regular files and links that exist, no directories: relative to the folder, ordered byte by byte.
    package internal(set) var files: [String] = []
    /// How many of `files` git tracks.
    package internal(set) var tracked = 0
    /// How many of the tracked ones differ from the last commit.
    package internal(set) var modified = 0
    /// How many of `files` git does not track, and does not ignore; in a plain folder all of them.
    package internal(set) var untracked = 0
    /// How many tracked files are not there any more; these are not in `files`.
    package internal(set) var deleted = 0
    /// Names that are not UTF-8, these bytes replaced; such files are not in `files`.
    package internal(set) var unnamed: [String] = []
    /// Nil for a plain folder.
    package internal(set) var head: Head?

    /// Lists a folder: what `git ls-files --cached --others --exclude-standard` says, without the deleted.
    ///
    /// The files of submodules and of untracked repositories within are listed by the same rule, their `.git` is not. A folder
    /// that belongs to no repository, or that the repository around it ignores, is plain: everything in it counts, but `.git`.
    /// The folder may lie anywhere within a working tree; nothing outside it is listed.
    /// - Throws: `.file` when the folder cannot be read, `.git` when its repository is damaged.
    package static func read(_ directory: String) throws(RepositoriesError) -> WorkingTree {
        var reader = WorkingTreeReader()
        try reader.readTop(directory)
        return reader.finish()
    }
}
