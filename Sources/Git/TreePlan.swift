// SPDX-License-Identifier: Apache-2.0

internal import CGit2
internal import Glibc

/// Everything that a tree holds, laid out flat so that it can be written by several threads.
///
/// Costs about 40 bytes an entry and the names.
struct TreePlan: Sendable {
    /// A file or a link in one of the directories.
    struct Item: Sendable {
        let id: ObjectID
        /// An index into `directories`.
        let directory: Int32
        /// Where the name begins in `names`; it ends with a NUL.
        let name: Int32
        let isExecutable: Bool
    }

    /// Where each directory's path relative to the target begins in `names`; parents before children, the target itself first.
    private(set) var directories: [Int32] = []
    /// Regular files, directory by directory.
    private(set) var files: [Item] = []
    private(set) var links: [Item] = []
    private(set) var submoduleCount = 0
    /// All names and paths, each ended by a NUL.
    private(set) var names: [UInt8] = []
    private let limits: CheckoutLimits

    /// Walks the tree of a commit.
    /// - Throws: `.unsafeEntry`, `.tooLarge`, or what libgit2 says of a damaged tree.
    init(_ root: ObjectID, in repository: GitRepository, limits: CheckoutLimits) throws(GitError) {
        self.limits = limits
        let top = try append([UInt8(ascii: ".")])
        directories.append(top)
        var open: [(id: ObjectID, directory: Int32)] = [(root, 0)]
        while let next = open.popLast() {
            var children: [(id: ObjectID, directory: Int32)] = []
            var raw = next.id.raw
            try unsafe repository.with(
                "git_tree_lookup",
                "\(repository.path) \(next.id)",
                lookUp: { unsafe git_tree_lookup(&$0, repository.handle, &raw) },
                free: { unsafe git_tree_free($0) },
                { tree throws(GitError) in
                    for index in 0..<(unsafe git_tree_entrycount(tree)) {
                        guard let entry = unsafe git_tree_entry_byindex(tree, index) else { continue }
                        try unsafe add(entry, in: next.directory, children: &children)
                    }
                }
            )
            guard directories.count + files.count + links.count <= limits.entries else {
                let message = "the commit has more than \(limits.entries) entries"
                throw GitError(.tooLarge, operation: "git_tree_lookup", message: message, path: repository.path)
            }
            open.append(contentsOf: children.reversed())
        }
    }

    private mutating func add(
        _ entry: OpaquePointer,
        in directory: Int32,
        children: inout [(id: ObjectID, directory: Int32)]
    ) throws(GitError) {
        guard let text = unsafe git_tree_entry_name(entry), let raw = unsafe git_tree_entry_id(entry) else { return }
        let name = unsafe LibGit2.bytes(text)
        guard TreeEntryName.isSafe(name.span) else {
            throw GitError(
                .unsafeEntry,
                operation: "git_tree_entry_name",
                message: "the tree has an entry with a name that must not be written to a disk",
                path: path(of: directory, name)
            )
        }
        let id = ObjectID(unsafe raw.pointee)
        let mode = unsafe git_tree_entry_filemode(entry)
        switch mode {
        case GIT_FILEMODE_TREE, GIT_FILEMODE_COMMIT:
            let parent = self.name(at: directories[Int(directory)])
            let path = directory == 0 ? name : parent + [UInt8(ascii: "/")] + name
            guard path.count < Int(PATH_MAX) else {
                throw GitError(
                    .tooLarge,
                    operation: "git_tree_lookup",
                    message: "the commit has directories within directories, deeper than the system can make them",
                    path: String(decoding: path.prefix(200), as: UTF8.self)
                )
            }
            directories.append(try append(path))
            if mode == GIT_FILEMODE_TREE {
                children.append((id: id, directory: Int32(directories.count - 1)))
            } else {
                submoduleCount += 1
            }
        case GIT_FILEMODE_LINK:
            links.append(Item(id: id, directory: directory, name: try append(name), isExecutable: false))
        case GIT_FILEMODE_BLOB, GIT_FILEMODE_BLOB_EXECUTABLE:
            let isExecutable = mode == GIT_FILEMODE_BLOB_EXECUTABLE
            files.append(Item(id: id, directory: directory, name: try append(name), isExecutable: isExecutable))
        default:
            throw GitError(
                .unsafeEntry,
                operation: "git_tree_entry_filemode",
                message: "the tree has an entry of an unknown kind",
                path: path(of: directory, name)
            )
        }
    }

    /// An item's path relative to the target, for messages.
    func path(of item: Item) -> String {
        path(of: item.directory, name(at: item.name))
    }

    private func path(of directory: Int32, _ name: [UInt8]) -> String {
        let own = String(decoding: name, as: UTF8.self)
        if directory == 0 { return own }
        return String(decoding: self.name(at: directories[Int(directory)]), as: UTF8.self) + "/" + own
    }

    private func name(at start: Int32) -> [UInt8] {
        Array(names[Int(start)...].prefix { $0 != 0 })
    }

    private mutating func append(_ name: [UInt8]) throws(GitError) -> Int32 {
        guard names.count + name.count < min(limits.nameBytes, Int(Int32.max)) else {
            let message = "the names of the commit's files have more than \(limits.nameBytes) bytes"
            throw GitError(.tooLarge, operation: "git_tree_lookup", message: message)
        }
        let start = Int32(names.count)
        names.append(contentsOf: name)
        names.append(0)
        return start
    }
}
