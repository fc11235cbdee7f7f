// SPDX-License-Identifier: Apache-2.0

internal import CGit2

extension GitRepository {
    /// The most bytes of a path that a link leads to, as the kernel takes it.
    private static let linkLimitBytes = 4096

    /// The files and links of a commit, without their content; submodules are left out.
    /// - Throws: `.notFound` when there is no such commit; `.unsafeEntry` for a name that is not UTF-8 or must not be written
    ///   to a disk; `.tooLarge` past the limits.
    package func files(
        of commit: ObjectID,
        limits: CheckoutLimits = CheckoutLimits()
    ) throws(GitError) -> [TreeFile] {
        let plan = try TreePlan(try self.commit(commit).tree, in: self, limits: limits)
        var files: [TreeFile] = []
        files.reserveCapacity(plan.files.count + plan.links.count)
        for item in plan.files {
            files.append(TreeFile(path: try text(of: item, in: plan), kind: .file(isExecutable: item.isExecutable)))
        }
        for item in plan.links {
            let path = try text(of: item, in: plan)
            let target = String(decoding: try blob(item.id, limit: Self.linkLimitBytes, name: path), as: UTF8.self)
            files.append(TreeFile(path: path, kind: .link(target: target)))
        }
        return files
    }

    private func text(of item: TreePlan.Item, in plan: TreePlan) throws(GitError) -> String {
        let path = plan.path(of: item)
        // U+FFFD stands for what is not UTF-8; a name that holds it in truth is as little use in an archive.
        guard path.unicodeScalars.contains("\u{FFFD}") else { return path }
        throw GitError(
            .unsafeEntry,
            operation: "git_tree_entry_name",
            message: "the name is not UTF-8 and cannot be put into an archive; rename the file",
            path: path
        )
    }

    /// The commit that an object is or, as an annotated tag does, leads to; nil where it leads to none.
    package func commitID(of object: ObjectID) throws(GitError) -> ObjectID? {
        var raw = object.raw
        var found: OpaquePointer?
        let code = unsafe git_object_lookup(&found, handle, &raw, GIT_OBJECT_ANY)
        if code == GIT_ENOTFOUND.rawValue { return nil }
        try LibGit2.check("git_object_lookup", "\(path) \(object)", code)
        defer { unsafe git_object_free(found) }
        var peeled: OpaquePointer?
        guard unsafe git_object_peel(&peeled, found, GIT_OBJECT_COMMIT) == 0 else { return nil }
        defer { unsafe git_object_free(peeled) }
        return unsafe git_object_id(peeled).map { ObjectID(unsafe $0.pointee) }
    }

    /// The commit of an id or the beginning of one, four digits at least; nil where there is none or several.
    package func commitID(abbreviated text: String) throws(GitError) -> ObjectID? {
        if let id = ObjectID(hex: text) { return try commitID(of: id) }
        guard (4..<40).contains(text.utf8.count) else { return nil }
        var short = git_oid()
        guard unsafe git_oid_fromstrn(&short, text, text.utf8.count) == 0 else { return nil }
        var database: OpaquePointer?
        try unsafe LibGit2.check("git_repository_odb", path, git_repository_odb(&database, handle))
        defer { unsafe git_odb_free(database) }
        // Not `git_object_lookup_prefix`, which reads the object's file by itself: see `LooseObjects`.
        var id = git_oid()
        var code = unsafe git_odb_exists_prefix(&id, database, &short, text.utf8.count)
        if code == GIT_ENOTFOUND.rawValue || code == GIT_EAMBIGUOUS.rawValue { return nil }
        try LibGit2.check("git_odb_exists_prefix", "\(path) \(text)", code)
        var found: OpaquePointer?
        code = unsafe git_object_lookup(&found, handle, &id, GIT_OBJECT_COMMIT)
        if code == GIT_ENOTFOUND.rawValue { return nil }
        try LibGit2.check("git_object_lookup", "\(path) \(text)", code)
        defer { unsafe git_object_free(found) }
        return unsafe git_object_id(found).map { ObjectID(unsafe $0.pointee) }
    }

    /// The best common ancestor of two commits; nil where they have none.
    package func mergeBase(_ left: ObjectID, _ right: ObjectID) throws(GitError) -> ObjectID? {
        var (first, second, found) = (left.raw, right.raw, git_oid())
        let code = unsafe git_merge_base(&found, handle, &first, &second)
        if code == GIT_ENOTFOUND.rawValue { return nil }
        try LibGit2.check("git_merge_base", path, code)
        return ObjectID(found)
    }

    /// The paths of files that differ between two commits, on either side; from nil, all files of the second.
    ///
    /// Renames are not looked for: they are one file gone and one new.
    package func changedFiles(from old: ObjectID?, to new: ObjectID) throws(GitError) -> [String] {
        let oldTree = try old.map { id throws(GitError) in try commit(id).tree }
        let newTree = try commit(new).tree
        return try unsafe withTree(oldTree) { old throws(GitError) in
            try unsafe withTree(newTree) { new throws(GitError) in
                try unsafe with(
                    "git_diff_tree_to_tree",
                    path,
                    lookUp: { unsafe git_diff_tree_to_tree(&$0, handle, old, new, nil) },
                    free: { unsafe git_diff_free($0) },
                    { diff throws(GitError) in
                        (0..<(unsafe git_diff_num_deltas(diff))).compactMap { index in
                            guard let delta = unsafe git_diff_get_delta(diff, index) else { return nil }
                            let name = unsafe delta.pointee.new_file.path ?? delta.pointee.old_file.path
                            return unsafe name.map { unsafe String(decoding: LibGit2.bytes($0), as: UTF8.self) }
                        }
                    }
                )
            }
        }
    }

    /// Looks up a tree and hands it to `body`; nil is the empty one.
    private func withTree<Value>(
        _ id: ObjectID?,
        _ body: (OpaquePointer?) throws(GitError) -> Value
    ) throws(GitError) -> Value {
        guard let id else { return try body(nil) }
        var raw = id.raw
        return try unsafe with(
            "git_tree_lookup",
            "\(path) \(id)",
            lookUp: { unsafe git_tree_lookup(&$0, handle, &raw) },
            free: { unsafe git_tree_free($0) },
            { tree throws(GitError) in try unsafe body(tree) }
        )
    }
}
