// SPDX-License-Identifier: Apache-2.0

internal import CGit2

extension GitRepository {
    /// Reads a commit.
    /// - Throws: `.notFound` when there is no such object, or it is not a commit.
    package func commit(_ id: ObjectID) throws(GitError) -> GitCommit {
        try unsafe withCommit(id) { commit in
            let parentCount = unsafe git_commit_parentcount(commit)
            let parents = (0..<parentCount).compactMap { index in
                unsafe git_commit_parent_id(commit, index).map { ObjectID(unsafe $0.pointee) }
            }
            return GitCommit(
                id: id,
                tree: unsafe git_commit_tree_id(commit).map { ObjectID(unsafe $0.pointee) } ?? .zero,
                parents: parents,
                author: unsafe Self.signature(git_commit_author(commit)),
                committer: unsafe Self.signature(git_commit_committer(commit)),
                summary: unsafe Self.text(git_commit_summary(commit)),
                message: unsafe Self.text(git_commit_message(commit))
            )
        }
    }

    /// Reads a regular file out of a commit, such as its buildspec, without a checkout.
    ///
    /// A symbolic link in place of the file is followed within the commit.
    /// - Parameters:
    ///   - file: relative to the top, with `/` between its parts.
    ///   - commit: the full id.
    ///   - limit: the most bytes that are taken.
    /// - Returns: nil when the commit holds no regular file of this name.
    /// - Throws: `.notFound` when there is no such commit; `.tooLarge` past the limit.
    package func blob(at file: String, in commit: ObjectID, limit: Int) throws(GitError) -> [UInt8]? {
        try unsafe withCommit(commit) { commit throws(GitError) in
            try unsafe with(
                "git_commit_tree",
                path,
                lookUp: { unsafe git_commit_tree(&$0, commit) },
                free: { unsafe git_tree_free($0) },
                { tree throws(GitError) in
                    var name = file
                    // The kernel gives up after 40 links; real trees have one or two.
                    for _ in 0..<8 {
                        guard let parts = Self.resolve(name, against: []) else { return nil }
                        guard let entry = try unsafe entry(parts.joined(separator: "/"), in: tree) else { return nil }
                        switch entry.mode {
                        case GIT_FILEMODE_BLOB, GIT_FILEMODE_BLOB_EXECUTABLE:
                            return try blob(entry.id, limit: limit, name: name)
                        case GIT_FILEMODE_LINK:
                            let target = String(decoding: try blob(entry.id, limit: 4096, name: name), as: UTF8.self)
                            guard let next = Self.resolve(target, against: parts.dropLast()) else { return nil }
                            name = next.joined(separator: "/")
                        default:
                            return nil
                        }
                    }
                    return nil
                }
            )
        }
    }

    /// The parts of a path after `.` and `..` are done; nil when it leaves the top.
    private static func resolve(_ path: String, against base: some Sequence<String>) -> [String]? {
        guard !path.hasPrefix("/") else { return nil }
        var parts = Array(base)
        for part in path.unicodeScalars.split(separator: "/").map({ Substring($0) }) where part != "." {
            if part == ".." {
                guard parts.popLast() != nil else { return nil }
            } else {
                parts.append(String(part))
            }
        }
        return parts.isEmpty ? nil : parts
    }

    private func entry(
        _ name: String,
        in tree: OpaquePointer
    ) throws(GitError) -> (id: ObjectID, mode: git_filemode_t)? {
        var entry: OpaquePointer?
        let code = unsafe git_tree_entry_bypath(&entry, tree, name)
        if code == GIT_ENOTFOUND.rawValue { return nil }
        try LibGit2.check("git_tree_entry_bypath", path, code)
        defer { unsafe git_tree_entry_free(entry) }
        guard let id = unsafe git_tree_entry_id(entry) else { return nil }
        return (id: ObjectID(unsafe id.pointee), mode: unsafe git_tree_entry_filemode(entry))
    }

    func blob(_ id: ObjectID, limit: Int, name: String) throws(GitError) -> [UInt8] {
        var database: OpaquePointer?
        try unsafe LibGit2.check("git_repository_odb", path, git_repository_odb(&database, handle))
        defer { unsafe git_odb_free(database) }
        // The size first: the whole blob is unpacked into memory, and its author chose how large it is.
        var raw = id.raw
        var size = 0
        var type = GIT_OBJECT_INVALID
        try unsafe LibGit2.check("git_odb_read_header", path, git_odb_read_header(&size, &type, database, &raw))
        guard type == GIT_OBJECT_BLOB else {
            throw GitError(.invalid, operation: "git_odb_read_header", message: "\(id) is not a blob", path: path)
        }
        guard size <= limit else {
            let message = "the file has \(size) bytes, more than \(limit)"
            throw GitError(.tooLarge, operation: "git_odb_read_header", message: message, path: name)
        }
        return try unsafe with(
            "git_odb_read",
            path,
            lookUp: { unsafe git_odb_read(&$0, database, &raw) },
            free: { unsafe git_odb_object_free($0) },
            { object throws(GitError) in
                let count = unsafe git_odb_object_size(object)
                return unsafe Array(UnsafeRawBufferPointer(start: git_odb_object_data(object), count: count))
            }
        )
    }

    /// Looks up a commit and hands it to `body`.
    func withCommit<Value>(
        _ id: ObjectID,
        _ body: (OpaquePointer) throws(GitError) -> Value
    ) throws(GitError) -> Value {
        var raw = id.raw
        return try unsafe with(
            "git_commit_lookup",
            "\(path) \(id)",
            lookUp: { unsafe git_commit_lookup(&$0, handle, &raw) },
            free: { unsafe git_commit_free($0) },
            body
        )
    }

    private static func text(_ text: UnsafePointer<CChar>?) -> String {
        unsafe text.map { unsafe String(cString: $0) } ?? ""
    }

    private static func signature(_ signature: UnsafePointer<git_signature>?) -> GitCommit.Signature {
        guard let signature = unsafe signature else {
            return GitCommit.Signature(name: "", email: "", time: 0, offsetMinutes: 0)
        }
        return GitCommit.Signature(
            name: unsafe text(signature.pointee.name),
            email: unsafe text(signature.pointee.email),
            time: unsafe signature.pointee.when.time,
            offsetMinutes: unsafe signature.pointee.when.offset
        )
    }
}
