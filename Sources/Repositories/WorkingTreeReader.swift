// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Git
internal import Glibc

/// Collects the files of a folder, repository by repository.
struct WorkingTreeReader {
    /// A repository whose files are being listed.
    private struct Place {
        let repository: GitRepository
        /// The listed directory, relative to the top of the working tree; empty for the top.
        let relative: String
        /// The same directory, absolute.
        let directory: [UInt8]
        /// What stands before its files in the listing: empty, or a path that ends with a slash.
        let prefix: [UInt8]
        /// How many repositories lie around it.
        let depth: Int
    }

    /// Repositories within repositories: nobody has more than a few, and what looks like a loop must end.
    private static let depthLimit = 64
    private static let slash = [UInt8(ascii: "/")]
    private static let gitName = Array(".git".utf8)

    private var tree = WorkingTree()
    private var paths: [[UInt8]] = []

    /// Reads the folder that the listing is for.
    mutating func readTop(_ directory: String) throws(RepositoriesError) {
        guard let resolved = unsafe realpath(directory, nil) else {
            throw RepositoriesError(FileError(code: errno, function: "realpath", path: directory))
        }
        defer { unsafe free(resolved) }
        let path = unsafe String(cString: resolved)
        do {
            if let repository = try Self.discover(from: path), let relative = try Self.relative(path, to: repository) {
                tree.head = try Self.head(of: repository)
                let bytes = Array(path.utf8)
                try read(Place(repository: repository, relative: relative, directory: bytes, prefix: [], depth: 0))
            } else {
                try readPlain(Array(path.utf8), prefix: [])
            }
        } catch let error as GitError {
            throw RepositoriesError(error)
        } catch let error as FileError {
            throw RepositoriesError(error)
        } catch let error as RepositoriesError {
            throw error
        } catch {
            throw RepositoriesError(.file, "\(error)", path: path)
        }
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

    private mutating func read(_ place: Place) throws {
        let entries = try place.repository.status(below: place.relative)
        let skipped = place.relative.isEmpty ? 0 : place.relative.utf8.count + 1
        var rules = try IgnoreRules(of: place.repository)
        let isOwnWalk = rules.hasExceptions(in: Self.ignoreDirectories(entries, place))
        var tracked: Set<[UInt8]> = []
        for entry in entries where entry.path.count > skipped {
            let own = Array(entry.path[skipped...])
            if entry.state == .modified { tree.modified += 1 }
            if entry.state == .untracked {
                if isOwnWalk { continue }
            } else if entry.state != .deleted, isOwnWalk {
                tracked.insert(own)
            }
            if entry.isDirectory {
                try readNested(own, place)
                continue
            }
            switch entry.state {
            case .deleted:
                tree.deleted += 1
                continue
            case .unchanged, .modified: tree.tracked += 1
            case .untracked: tree.untracked += 1
            }
            paths.append(place.prefix + own)
        }
        if isOwnWalk { try readUntracked(place, tracked, &rules) }
    }

    /// The directories with a `.gitignore`, as far as libgit2 tells of it, and those above the listed one.
    private static func ignoreDirectories(_ entries: [GitStatusEntry], _ place: Place) -> Set<String> {
        let name = Array(".gitignore".utf8)
        var result: Set<String> = [""]
        for entry in entries where entry.path.suffix(name.count).elementsEqual(name) {
            let directory = entry.path.dropLast(name.count)
            if directory.isEmpty || directory.last == UInt8(ascii: "/") {
                result.insert(String(decoding: directory.dropLast(), as: UTF8.self))
            }
        }
        let parts = place.relative.split(separator: "/")
        for depth in 0...parts.count { result.insert(parts[..<depth].joined(separator: "/")) }
        return result
    }

    /// Lists by our own rules what is neither tracked nor ignored.
    private mutating func readUntracked(
        _ place: Place,
        _ tracked: Set<[UInt8]>,
        _ rules: inout IgnoreRules
    ) throws {
        var open: [[UInt8]] = [[]]
        while let own = open.popLast() {
            let entries = try DirectoryEntry.list(own.isEmpty ? place.directory : place.directory + Self.slash + own)
            if !own.isEmpty, entries.contains(where: { $0.name == Self.gitName }) {
                try readNested(own, place)
                continue
            }
            for entry in entries where entry.kind != .special && entry.name != Self.gitName {
                let child = own.isEmpty ? entry.name : own + Self.slash + entry.name
                guard !tracked.contains(child) else { continue }
                let full = place.relative.isEmpty ? child : Array(place.relative.utf8) + Self.slash + child
                let isDirectory = entry.kind == .directory
                guard !rules.ignores(String(decoding: full, as: UTF8.self), isDirectory: isDirectory) else { continue }
                if isDirectory {
                    open.append(child)
                } else {
                    paths.append(place.prefix + child)
                    tree.untracked += 1
                }
            }
        }
    }

    /// Reads a submodule, or a repository that lies untracked in another.
    private mutating func readNested(_ own: [UInt8], _ place: Place) throws {
        let directory = place.directory + Self.slash + own
        let path = String(decoding: directory, as: UTF8.self)
        guard place.depth < Self.depthLimit else {
            let message = "repositories lie in each other more than \(Self.depthLimit) deep"
            throw RepositoriesError(.git, message, path: path)
        }
        let prefix = place.prefix + own + Self.slash
        // A submodule that was never initialised, or whose repository is lost, is a plain folder, most often an empty one.
        guard let repository = try? GitRepository.open(workingTree: path), repository.workingDirectory != nil else {
            return try readPlain(directory, prefix: prefix)
        }
        try read(
            Place(repository: repository, relative: "", directory: directory, prefix: prefix, depth: place.depth + 1)
        )
    }

    /// The repository that a folder belongs to; nil where there is none.
    private static func discover(from path: String) throws(GitError) -> GitRepository? {
        do throws(GitError) {
            return try GitRepository.discover(from: path)
        } catch  where error.code == .notFound {
            return nil
        }
    }

    /// A folder's path within a working tree; nil where the folder is not a part of it, ignored or in `.git`.
    private static func relative(_ path: String, to repository: GitRepository) throws(GitError) -> String? {
        guard let top = repository.workingDirectory else { return nil }
        if path == top { return "" }
        let base = top == "/" ? top : top + "/"
        guard path.hasPrefix(base) else { return nil }
        let relative = String(path.dropFirst(base.count))
        if relative == ".git" || relative.hasPrefix(".git/") { return nil }
        guard try repository.ignores(relative + "/") else { return relative }
        var rules = try IgnoreRules(of: repository)
        return rules.ignores(relative, isDirectory: true) ? nil : relative
    }

    private static func head(of repository: GitRepository) throws(GitError) -> WorkingTree.Head {
        let branch = try repository.headBranch().flatMap(BranchPatterns.branch(ofRef:))
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
        guard let at = rest.prefix(while: { $0 != "/" }).lastIndex(of: "@") else { return url }
        return scheme + rest[rest.index(after: at)...]
    }

    // MARK: - Plain folders

    private mutating func readPlain(_ directory: [UInt8], prefix: [UInt8]) throws(FileError) {
        var open = [(path: directory, prefix: prefix)]
        while let next = open.popLast() {
            for entry in try DirectoryEntry.list(next.path) where entry.name != Self.gitName {
                switch entry.kind {
                case .file, .symbolicLink:
                    paths.append(next.prefix + entry.name)
                    tree.untracked += 1
                case .directory:
                    open.append(
                        (path: next.path + Self.slash + entry.name, prefix: next.prefix + entry.name + Self.slash)
                    )
                case .special: break
                }
            }
        }
    }
}
