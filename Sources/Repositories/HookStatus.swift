// SPDX-License-Identifier: Apache-2.0

/// How a repository's `post-receive` hook stands.
package struct HookStatus: Sendable, Hashable {
    /// Whose the hook is.
    package enum Hook: Sendable, Hashable {
        /// There is no hook.
        case absent
        /// There is one of somebody else; installing chains it.
        case foreign
        /// Ours, calling this program with this socket.
        case installed(program: String, socket: String)
        /// Ours, but edited since; it is left alone.
        case modified
    }

    /// The file, absolute.
    package let path: String
    package let hook: Hook
    /// Whether an earlier hook is kept, to be run before ours and restored at the end.
    package let hasPrevious: Bool
    /// Git looks for hooks in this other directory, which `core.hooksPath` of the user or the system names; nil if not.
    package let overriddenBy: String?

    package init(path: String, hook: Hook, hasPrevious: Bool, overriddenBy: String?) {
        self.path = path
        self.hook = hook
        self.hasPrevious = hasPrevious
        self.overriddenBy = overriddenBy
    }
}
