// SPDX-License-Identifier: Apache-2.0

internal import CGit2

extension GitRepository {
    /// Makes an empty bare repository that accepts push options; directories above it are made where they are missing.
    /// - Parameters:
    ///   - path: the git directory to be, most often with `.git` at its end.
    ///   - initialBranch: what `HEAD` names, so what a clone checks out; it comes to be with its first push.
    ///   - description: the one line in the file `description`, which web viewers show.
    /// - Returns: the repository, open.
    /// - Throws: `.exists` when there is a repository at `path` already.
    @discardableResult
    package static func createBare(
        _ path: String,
        initialBranch: String = "main",
        description: String? = nil
    ) throws(GitError) -> GitRepository {
        try LibGit2.start()
        var options = unsafe git_repository_init_options()
        try unsafe LibGit2.check(
            "git_repository_init_options_init",
            path,
            git_repository_init_options_init(&options, UInt32(GIT_REPOSITORY_INIT_OPTIONS_VERSION))
        )
        unsafe options.flags =
            GIT_REPOSITORY_INIT_BARE.rawValue | GIT_REPOSITORY_INIT_NO_REINIT.rawValue
            | GIT_REPOSITORY_INIT_MKPATH.rawValue
        var handle: OpaquePointer?
        let code = unsafe initialBranch.withCString { branch in
            unsafe options.initial_head = unsafe branch
            guard let description else { return unsafe git_repository_init_ext(&handle, path, &options) }
            return unsafe description.withCString { text in
                unsafe options.description = unsafe text
                return unsafe git_repository_init_ext(&handle, path, &options)
            }
        }
        unsafe git_repository_free(handle)
        try LibGit2.check("git_repository_init_ext", path, code)
        let repository = try open(bare: path)
        try repository.setLocalValue("receive.advertisePushOptions", "true")
        return repository
    }
}
