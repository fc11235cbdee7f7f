// SPDX-License-Identifier: Apache-2.0

internal import CGit2
internal import Glibc

/// The library itself: initialised once for the process, never shut down.
enum LibGit2 {
    /// Done at the first use; libgit2's options are global and not locked, so all of them are set here.
    private static let started: Bool = {
        guard git_libgit2_init() > 0 else { return false }
        // The operator has registered the path, so whose the directory is says nothing more; and nothing that a
        // repository's configuration could name (hooks, filters, fsmonitor, ssh) is ever run by us.
        _ = nacre_git_validate_owner(0)
        // Objects are read from where git itself has verified them when they came in; hashing each blob again costs a
        // tenth of a checkout. A damaged pack still fails: zlib carries a checksum, and sizes must agree.
        _ = nacre_git_verify_hashes(0)
        // What these three change does not concern a reader of refs, objects and the index that never fetches or prunes:
        // `git sparse-checkout`, `git clone --filter` and `preciousObjects` repositories would be refused otherwise.
        let extensions: [StaticString] = ["worktreeconfig", "partialclone", "preciousobjects"]
        var names = unsafe extensions.map { name -> UnsafePointer<CChar>? in
            unsafe UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
        }
        _ = unsafe nacre_git_accept_extensions(&names, names.count)
        return true
    }()

    /// Initialises the library where that has not been done.
    static func start() throws(GitError) {
        guard started else { throw error("git_libgit2_init", -1, nil) }
    }

    /// Translates an answer of the library; must follow the call on the same thread, where its error text is.
    @discardableResult
    static func check(_ operation: String, _ path: @autoclosure () -> String?, _ code: Int32) throws(GitError) -> Int32
    {
        if code < 0 { throw error(operation, code, path()) }
        return code
    }

    /// Copies a C string without its NUL.
    static func bytes(_ text: UnsafePointer<CChar>) -> [UInt8] {
        unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    }

    /// The error that the library keeps for this thread.
    static func error(_ operation: String, _ code: Int32, _ path: String?) -> GitError {
        let kind: GitError.Code =
            switch code {
            case GIT_ENOTFOUND.rawValue, GIT_EUNBORNBRANCH.rawValue: .notFound
            case GIT_EEXISTS.rawValue: .exists
            case GIT_ELOCKED.rawValue: .locked
            case GIT_EINVALIDSPEC.rawValue: .invalid
            default: .failed
            }
        var message = "error \(code)"
        if let last = unsafe git_error_last(), let text = unsafe last.pointee.message {
            message = unsafe String(cString: text)
        }
        return GitError(kind, operation: operation, message: message, path: path)
    }
}
