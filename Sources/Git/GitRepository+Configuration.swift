// SPDX-License-Identifier: Apache-2.0

internal import CGit2
internal import Glibc

extension GitRepository {
    /// The value that is in force: the repository's own file, else the user's, else the system's; nil where there is none.
    package func value(_ name: String) throws(GitError) -> String? {
        var configuration: OpaquePointer?
        try unsafe LibGit2.check(
            "git_repository_config_snapshot",
            path,
            git_repository_config_snapshot(&configuration, handle)
        )
        defer { unsafe git_config_free(configuration) }
        return try unsafe read(name, configuration)
    }

    /// The files that hold ignore rules beside the `.gitignore` files, the one that counts more first; any may be missing.
    package func excludeFiles() throws(GitError) -> [String] {
        var files: [String] = []
        var buffer = unsafe git_buf()
        defer { unsafe git_buf_dispose(&buffer) }
        try unsafe LibGit2.check(
            "git_repository_item_path",
            path,
            git_repository_item_path(&buffer, handle, GIT_REPOSITORY_ITEM_INFO)
        )
        if let directory = unsafe buffer.ptr { files.append(unsafe String(cString: directory) + "exclude") }
        let home = unsafe getenv("HOME").map { unsafe String(cString: $0) }
        if let file = try value("core.excludesFile") {
            files.append(file.hasPrefix("~/") ? (home ?? "~") + file.dropFirst(1) : file)
        } else if let base = unsafe getenv("XDG_CONFIG_HOME"), unsafe base.pointee != 0 {
            files.append(unsafe String(cString: base) + "/git/ignore")
        } else if let home {
            files.append(home + "/.config/git/ignore")
        }
        return files
    }

    /// The value in the repository's own configuration file; nil where there is none.
    package func localValue(_ name: String) throws(GitError) -> String? {
        try unsafe withLocalConfiguration { configuration throws(GitError) in
            try unsafe read(name, configuration)
        }
    }

    /// Writes one value into the repository's own configuration file, or with nil takes it out; the rest stays as it is.
    /// - Throws: `.locked` when another process is writing the file.
    package func setLocalValue(_ name: String, _ value: String?) throws(GitError) {
        try unsafe withLocalConfiguration { configuration throws(GitError) in
            guard let value else {
                let code = unsafe git_config_delete_entry(configuration, name)
                if code != GIT_ENOTFOUND.rawValue { try LibGit2.check("git_config_delete_entry", path, code) }
                return
            }
            try unsafe LibGit2.check(
                "git_config_set_string",
                path,
                git_config_set_string(configuration, name, value)
            )
        }
    }

    private func withLocalConfiguration<Value>(
        _ body: (OpaquePointer?) throws(GitError) -> Value
    ) throws(GitError) -> Value {
        var all: OpaquePointer?
        try unsafe LibGit2.check("git_repository_config", path, git_repository_config(&all, handle))
        defer { unsafe git_config_free(all) }
        var local: OpaquePointer?
        try unsafe LibGit2.check(
            "git_config_open_level",
            path,
            git_config_open_level(&local, all, GIT_CONFIG_LEVEL_LOCAL)
        )
        defer { unsafe git_config_free(local) }
        return try unsafe body(local)
    }

    private func read(_ name: String, _ configuration: OpaquePointer?) throws(GitError) -> String? {
        var buffer = unsafe git_buf()
        defer { unsafe git_buf_dispose(&buffer) }
        let code = unsafe git_config_get_string_buf(&buffer, configuration, name)
        if code == GIT_ENOTFOUND.rawValue { return nil }
        try LibGit2.check("git_config_get_string_buf", path, code)
        guard let text = unsafe buffer.ptr else { return "" }
        return unsafe String(cString: text)
    }
}
