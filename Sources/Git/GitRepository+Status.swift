// SPDX-License-Identifier: Apache-2.0

internal import CGit2

/// A file of a working tree beside the index and the last commit.
package struct GitStatusEntry: Sendable, Hashable {
    /// How it stands.
    package enum State: Sendable, Hashable {
        /// Tracked, and as it was committed.
        case unchanged
        /// Tracked, and changed or added since the last commit, or in conflict.
        case modified
        /// Tracked, or known to the last commit, but not there any more.
        case deleted
        /// Not tracked and not ignored.
        case untracked
    }

    /// Relative to the top of the working tree; any bytes but NUL.
    package let path: [UInt8]
    package let state: State
    /// A directory whose files are not listed: a submodule, or an untracked repository.
    package let isDirectory: Bool
}

extension GitRepository {
    /// Compares the working tree with the index and `HEAD`, as `git status` does; ignored files are left out.
    ///
    /// The ignore rules are git's: `.gitignore` at every level, `info/exclude`, `core.excludesFile`. But libgit2 (1.5 to 1.9)
    /// drops an exception such as `!keep.csv` when the rule that it makes an exception from stands in another file, which
    /// git does not. Nothing is written, the index is not refreshed either.
    ///
    /// Only what lies below `directory` is told, which is relative to the top of the working tree; empty: everything.
    package func status(below directory: String = "") throws(GitError) -> [GitStatusEntry] {
        var options = unsafe git_status_options()
        try unsafe LibGit2.check(
            "git_status_options_init",
            path,
            git_status_options_init(&options, UInt32(GIT_STATUS_OPTIONS_VERSION))
        )
        unsafe options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR
        unsafe options.flags =
            GIT_STATUS_OPT_INCLUDE_UNTRACKED.rawValue | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS.rawValue
            | GIT_STATUS_OPT_INCLUDE_UNMODIFIED.rawValue | GIT_STATUS_OPT_DISABLE_PATHSPEC_MATCH.rawValue
            | GIT_STATUS_OPT_SORT_CASE_SENSITIVELY.rawValue
        var list: OpaquePointer?
        let code = unsafe directory.withCString { text in
            unsafe withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<CChar>?.self, capacity: 1) { strings in
                // The library only reads the text, and copies it before it returns.
                unsafe strings.initialize(repeating: UnsafeMutablePointer(mutating: text))
                if !directory.isEmpty {
                    unsafe options.pathspec = unsafe git_strarray(strings: strings.baseAddress, count: 1)
                }
                return unsafe git_status_list_new(&list, handle, &options)
            }
        }
        try LibGit2.check("git_status_list_new", workingDirectory ?? path, code)
        defer { unsafe git_status_list_free(list) }
        let count = unsafe git_status_list_entrycount(list)
        var result: [GitStatusEntry] = []
        result.reserveCapacity(count)
        for index in 0..<count {
            guard let entry = unsafe git_status_byindex(list, index) else { continue }
            if let entry = unsafe Self.entry(entry.pointee) { result.append(entry) }
        }
        return result
    }

    /// Whether the ignore rules cover a path relative to the top of the working tree, because of a parent or itself.
    package func ignores(_ relative: String) throws(GitError) -> Bool {
        var ignored: Int32 = 0
        try unsafe LibGit2.check(
            "git_ignore_path_is_ignored",
            relative,
            git_ignore_path_is_ignored(&ignored, handle, relative)
        )
        return ignored != 0
    }

    private static func entry(_ entry: git_status_entry) -> GitStatusEntry? {
        let status = unsafe entry.status.rawValue
        let state: GitStatusEntry.State
        if status & (GIT_STATUS_IGNORED.rawValue | GIT_STATUS_WT_UNREADABLE.rawValue) != 0 {
            return nil
        } else if status & GIT_STATUS_WT_NEW.rawValue != 0 {
            state = .untracked
        } else if status & (GIT_STATUS_WT_DELETED.rawValue | GIT_STATUS_INDEX_DELETED.rawValue) != 0 {
            state = .deleted
        } else {
            state = status == GIT_STATUS_CURRENT.rawValue ? .unchanged : .modified
        }
        guard let delta = unsafe entry.index_to_workdir ?? entry.head_to_index else { return nil }
        let file = unsafe delta.pointee.new_file
        guard let text = unsafe file.path ?? delta.pointee.old_file.path else { return nil }
        var path = unsafe LibGit2.bytes(text)
        let isDirectory = unsafe path.last == UInt8(ascii: "/") || file.mode == UInt16(GIT_FILEMODE_COMMIT.rawValue)
        if path.last == UInt8(ascii: "/") { path.removeLast() }
        return GitStatusEntry(path: path, state: state, isDirectory: isDirectory)
    }
}
