// SPDX-License-Identifier: Apache-2.0

internal import CGit2

/// A ref that names an object directly.
package struct GitReference: Sendable, Hashable {
    /// The full name, such as `refs/heads/main`.
    package let name: String
    /// What it points to.
    package let target: ObjectID
}

/// All the refs that one reading found.
package struct GitReferences: Sendable, Hashable {
    /// Those that name an object directly, ordered by name, byte by byte; symbolic ones are left out.
    package var direct: [GitReference] = []
    /// Names that are not UTF-8, with the bytes in question replaced: they cannot be used as text.
    package var unreadable: [String] = []
}

extension GitRepository {
    /// Reads the refs whose full names begin with `prefix`, such as `refs/heads/`.
    ///
    /// One that is packed away during the reading may be missing, so before a ref is said to be gone `target(of:)` has
    /// to confirm it. Loose refs with garbage in them are left out, too; `target(of:)` throws for these.
    /// - Complexity: linear in the loose refs below `prefix` and in all packed refs.
    package func references(under prefix: String = "refs/") throws(GitError) -> GitReferences {
        let fixed = prefix.prefix(through: prefix.lastIndex(of: "/") ?? prefix.startIndex)
        try Self.refuseSpecialFiles(below: "\(path)/\(fixed.dropLast())")
        var iterator: OpaquePointer?
        // The glob's fixed part keeps libgit2 out of the other directories; its `*` crosses slashes.
        try unsafe LibGit2.check(
            "git_reference_iterator_glob_new",
            path,
            git_reference_iterator_glob_new(&iterator, handle, prefix + "*")
        )
        defer { unsafe git_reference_iterator_free(iterator) }
        var result = GitReferences()
        while true {
            var reference: OpaquePointer?
            let code = unsafe git_reference_next(&reference, iterator)
            if code == GIT_ITEROVER.rawValue { break }
            try LibGit2.check("git_reference_next", path, code)
            defer { unsafe git_reference_free(reference) }
            guard let target = unsafe git_reference_target(reference), let name = unsafe git_reference_name(reference)
            else { continue }
            if let text = unsafe String(validatingCString: name) {
                result.direct.append(GitReference(name: text, target: ObjectID(unsafe target.pointee)))
            } else {
                result.unreadable.append(unsafe String(cString: name))
            }
        }
        // Loose ones come first, then packed ones.
        result.direct.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        return result
    }

    /// What the ref of this full name points to, read afresh; nil where there is no such ref.
    ///
    /// A symbolic ref is followed. The name is taken as it is: nothing of git's revision syntax means anything here.
    /// - Throws: `.invalid` for a name that git does not allow; `.failed` when the ref's file holds garbage.
    package func target(of reference: String) throws(GitError) -> ObjectID? {
        try Self.refuseSpecialFile("\(path)/\(reference)")
        var id = git_oid()
        let code = unsafe git_reference_name_to_id(&id, handle, reference)
        if code == GIT_ENOTFOUND.rawValue { return nil }
        try LibGit2.check("git_reference_name_to_id", "\(path) \(reference)", code)
        return ObjectID(id)
    }

    /// What the ref of this full name itself points to, read afresh; nil where there is none or where it is symbolic.
    /// - Throws: as `target(of:)`.
    package func directTarget(of reference: String) throws(GitError) -> ObjectID? {
        try Self.refuseSpecialFile("\(path)/\(reference)")
        var found: OpaquePointer?
        let code = unsafe git_reference_lookup(&found, handle, reference)
        if code == GIT_ENOTFOUND.rawValue { return nil }
        try LibGit2.check("git_reference_lookup", "\(path) \(reference)", code)
        defer { unsafe git_reference_free(found) }
        return unsafe git_reference_target(found).map { ObjectID(unsafe $0.pointee) }
    }

    /// The full name of the branch that `HEAD` names, whether the branch exists or not; nil when `HEAD` is detached.
    package func headBranch() throws(GitError) -> String? {
        try unsafe with(
            "git_reference_lookup",
            path,
            lookUp: { unsafe git_reference_lookup(&$0, handle, "HEAD") },
            free: { unsafe git_reference_free($0) },
            { reference throws(GitError) in
                guard let target = unsafe git_reference_symbolic_target(reference) else { return nil }
                return unsafe String(cString: target)
            }
        )
    }
}
