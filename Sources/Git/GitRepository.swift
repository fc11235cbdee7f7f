// SPDX-License-Identifier: Apache-2.0

internal import CGit2

/// An open repository.
///
/// For one thread at a time, as libgit2 demands; opening costs about 0.1 ms, so open one where it is needed and let go of it
/// instead of keeping it. What comes out of it are values that outlive it.
@safe
package final class GitRepository {
    /// Owned; freed in `deinit`.
    let handle: OpaquePointer
    /// The directory that holds `HEAD` and `refs`, as the caller named it or as it was found; no slash at the end.
    package let path: String
    /// The top of the working tree, absolute, without a slash at the end; nil for a bare repository.
    package let workingDirectory: String?

    private init(handle: OpaquePointer, path: String?) {
        unsafe self.handle = unsafe handle
        self.path = unsafe path ?? Self.directory(git_repository_path(handle)) ?? ""
        workingDirectory = unsafe Self.directory(git_repository_workdir(handle))
    }

    deinit {
        unsafe git_repository_free(handle)
    }

    /// Opens the repository whose git directory is exactly `path`; parent directories are not searched.
    ///
    /// A repository with a working tree is opened as if it were bare.
    /// - Throws: `.notFound` when there is none; `.failed` when it is of an unknown format, its configuration is broken or what
    ///   should be a file is a pipe.
    package static func open(bare path: String) throws(GitError) -> GitRepository {
        try refuseSpecialFiles(in: path)
        let flags =
            GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue | GIT_REPOSITORY_OPEN_BARE.rawValue
            | GIT_REPOSITORY_OPEN_NO_DOTGIT.rawValue
        return try unsafe GitRepository(handle: open(path, flags: flags), path: path)
    }

    /// Opens the repository that a directory belongs to, searching its parents as `git` does, but not across file systems.
    /// - Throws: `.notFound` when the directory belongs to none.
    package static func discover(from directory: String) throws(GitError) -> GitRepository {
        try unsafe GitRepository(handle: open(directory, flags: 0), path: nil)
    }

    /// Opens the repository whose working tree has its top at `directory`, where `.git` is a directory or a file.
    /// - Throws: `.notFound` when there is none.
    package static func open(workingTree directory: String) throws(GitError) -> GitRepository {
        try unsafe GitRepository(handle: open(directory, flags: GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue), path: nil)
    }

    private static func open(_ path: String, flags: UInt32) throws(GitError) -> OpaquePointer {
        try LibGit2.start()
        var handle: OpaquePointer?
        try unsafe LibGit2.check(
            "git_repository_open_ext",
            path,
            git_repository_open_ext(&handle, path, flags, nil)
        )
        guard let handle = unsafe handle else {
            throw GitError(.failed, operation: "git_repository_open_ext", message: "no repository came", path: path)
        }
        do throws(GitError) {
            try unsafe LooseObjects.add(to: handle, path: path)
        } catch {
            unsafe git_repository_free(handle)
            throw error
        }
        return unsafe handle
    }

    /// A directory as libgit2 tells it, without the slash at its end.
    private static func directory(_ text: UnsafePointer<CChar>?) -> String? {
        guard let text = unsafe text else { return nil }
        let path = unsafe String(cString: text)
        return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// Runs a call that looks up an object, and hands the object to `body`; it is freed afterwards.
    func with<Value>(
        _ operation: String,
        _ about: @autoclosure () -> String,
        lookUp: (inout OpaquePointer?) -> Int32,
        free: (OpaquePointer) -> Void,
        _ body: (OpaquePointer) throws(GitError) -> Value
    ) throws(GitError) -> Value {
        var object: OpaquePointer?
        let code = unsafe lookUp(&object)
        try LibGit2.check(operation, about(), code)
        guard let object = unsafe object else {
            throw GitError(.failed, operation: operation, message: "no object came", path: about())
        }
        defer { unsafe free(object) }
        return try unsafe body(object)
    }
}
