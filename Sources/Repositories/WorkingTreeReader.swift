// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Git
internal import Glibc

/// Collects the files of a folder, repository by repository.
struct WorkingTreeReader {
    /// Repositories within repositories: nobody has more than a few, and what looks like a loop must end.
    private static let depthLimit = 64

    private var tree = WorkingTree()
    private var paths: [[UInt8]] = []

    /// Reads the folder that the listing is for.
    mutating func readTop(_ directory: String) throws(RepositoriesError) {
        guard let resolved = unsafe realpath(directory, nil) else {
            throw RepositoriesError(FileError(code: errno, function: "realpath", path: directory))
        }
        defer { unsafe free(resolved) }
        let path = unsafe String(cString: resolved)
        guard let repository = try Self.discover(from: path), let relative = try Self.relative(path, to: repository)
        else {
            return try readPlain(Array(path.utf8), prefix: [])
        }
        tree.head = try Self.git { () throws(GitError) in try Self.head(of: repository) }
        try read(repository, below: relative, at: Array(path.utf8), prefix: [], depth: 0)
    }

    /// The listing, in order.
    consuming func finish() -> WorkingTree {
        paths.sort { $0.lexicographicallyPrecedes($1) }
        tree.files.reserveCapacity(paths.count)
        for path in paths {
            if let text = String(validating: path, as: UTF8.self) {
                tree.files.append(text)
            } else {
                tree.unnamed.append(String(decoding: path, as: UTF8.self))
            }
        }
        return tree
    }

    // MARK: - Repositories

    private mutating func read(
        _ repository: GitRepository,
        below relative: String,
        at directory: [UInt8],
        prefix: [UInt8],
        depth: Int
    ) throws(RepositoriesError) {
        let entries = try Self.git { () throws(GitError) in try repository.status(below: relative) }
        let skipped = relative.isEmpty ? 0 : relative.utf8.count + 1
        for entry in entries where entry.path.count > skipped {
            let own = entry.path[skipped...]
            if entry.state == .modified { tree.modified += 1 }
            if entry.isRepository {
                try readNested(directory + [UInt8(ascii: "/")] + own, prefix: prefix + own, depth: depth + 1)
                continue
            }
            switch entry.state {
            case .deleted:
                tree.deleted += 1
                continue
            case .unchanged, .modified: tree.tracked += 1
            case .untracked: tree.untracked += 1
            }
            paths.append(prefix.isEmpty ? Array(own) : prefix + own)
        }
    }

    /// Reads a submodule, or a repository that lies untracked in another.
    private mutating func readNested(_ directory: [UInt8], prefix: [UInt8], depth: Int) throws(RepositoriesError) {
        let path = String(decoding: directory, as: UTF8.self)
        guard depth < Self.depthLimit else {
            throw RepositoriesError(
                .git,
                "repositories lie within each other more than \(Self.depthLimit) deep",
                path: path
            )
        }
        let prefix = prefix + [UInt8(ascii: "/")]
        // A submodule that was never initialised, or whose repository is lost, is a plain folder, most often an empty one.
        guard let repository = try? GitRepository.open(workingTree: path), repository.workingDirectory != nil else {
            return try readPlain(directory, prefix: prefix)
        }
        try read(repository, below: "", at: directory, prefix: prefix, depth: depth)
    }

    /// The repository that a folder belongs to; nil where there is none with a working tree.
    private static func discover(from path: String) throws(RepositoriesError) -> GitRepository? {
        do throws(GitError) {
            return try GitRepository.discover(from: path)
        } catch  where error.code == .notFound {
            return nil
        } catch {
            throw RepositoriesError(error)
        }
    }

    /// A folder's path within a working tree; nil where the folder is not a part of it, ignored or in `.git`.
    private static func relative(_ path: String, to repository: GitRepository) throws(RepositoriesError) -> String? {
        guard let top = repository.workingDirectory else { return nil }
        if path == top { return "" }
        let base = top == "/" ? top : top + "/"
        guard path.hasPrefix(base) else { return nil }
        let relative = String(path.dropFirst(base.count))
        if relative == ".git" || relative.hasPrefix(".git/") { return nil }
        let isIgnored = try git { () throws(GitError) in try repository.ignores(relative + "/") }
        return isIgnored ? nil : relative
    }

    private static func head(of repository: GitRepository) throws(GitError) -> WorkingTree.Head {
        let ref = try repository.headBranch()
        let branch = ref.flatMap(BranchPatterns.branch(ofRef:))
        var url = try repository.value("remote.origin.url")
        if url == nil, let branch, let remote = try repository.value("branch.\(branch).remote") {
            url = try repository.value("remote.\(remote).url")
        }
        return WorkingTree.Head(
            commit: try repository.target(of: "HEAD"),
            branch: branch,
            remoteURL: url.map(withoutPassword)
        )
    }

    /// Takes `USER:PASSWORD@` out of a web address; a remote's URL is shown and handed to builds.
    private static func withoutPassword(_ url: String) -> String {
        guard let scheme = ["https://", "http://"].first(where: url.hasPrefix) else { return url }
        let rest = url.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return url }
        return scheme + rest[rest.index(after: at)...]
    }

    private static func git<Value>(_ body: () throws(GitError) -> Value) throws(RepositoriesError) -> Value {
        do throws(GitError) {
            return try body()
        } catch {
            throw RepositoriesError(error)
        }
    }

    // MARK: - Plain folders

    private mutating func readPlain(_ directory: [UInt8], prefix: [UInt8]) throws(RepositoriesError) {
        var open = [(path: directory, prefix: prefix)]
        while let next = open.popLast() {
            let entries: [DirectoryEntry]
            do throws(FileError) {
                entries = try DirectoryEntry.list(next.path)
            } catch {
                throw RepositoriesError(error)
            }
            for entry in entries where entry.name != Array(".git".utf8) {
                switch entry.kind {
                case .file, .link:
                    paths.append(next.prefix + entry.name)
                    tree.untracked += 1
                case .directory:
                    let slash = [UInt8(ascii: "/")]
                    open.append((path: next.path + slash + entry.name, prefix: next.prefix + entry.name + slash))
                case .other: break
                }
            }
        }
    }
}
