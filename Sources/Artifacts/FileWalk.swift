// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import Globs
internal import Zips

/// Finds in one walk the files that several patterns match, looking only into folders where something can match.
struct FileWalk {
    /// What each pattern of the group matched, ascending by path.
    private(set) var matches: [[FoundFile]]
    private(set) var warnings: [String] = []

    private let group: FilePattern.Group
    private let excludes: [Glob]
    private let keepsSymlinks: Bool

    /// Where the walk stands: a folder, and how far its path has come in each pattern.
    private struct Position {
        /// As patterns see it, below the start.
        var path: String
        /// Where it really is, below the boundary, without symbolic links.
        var realPath: String
        var states: [Glob.State]
        var excludeStates: [Glob.State]
        /// How many folders lie between the start and here, those behind links included.
        var depth = 0
        /// Whether a name in `path` is not UTF-8; then the path is escaped and good for messages only.
        var isUnnameable = false
    }

    init(_ group: FilePattern.Group, excludes: [Glob], keepsSymlinks: Bool) {
        self.group = group
        self.excludes = excludes
        self.keepsSymlinks = keepsSymlinks
        matches = Array(repeating: [], count: group.globs.count)
    }

    /// Walks; to be called once.
    /// - Throws: `unsupportedName` for a matched file, `system` for a folder that cannot be read.
    mutating func run() throws(ArtifactError) {
        let start = Position(
            path: "",
            realPath: RealPath.relative(group.start.realPath, to: group.start.boundary) ?? "",
            states: group.globs.map(\.start),
            excludeStates: excludes.map(\.start)
        )
        do throws(FileError) {
            try visit(Directory(group.start.realPath), start)
        } catch {
            // Where an absolute pattern starts there may be a file, or by now nothing.
            if error.path == group.start.realPath, error.code == ENOENT || error.code == ENOTDIR { return }
            throw ArtifactError(error)
        }
        if let unnameable {
            throw ArtifactError(
                .unsupportedName,
                "the name of \(unnameable) is not UTF-8: rename the file or leave it out with exclude-paths"
            )
        }
        for index in matches.indices {
            matches[index].sort { ZipPath.precedes($0.archivePath, $1.archivePath) }
        }
    }

    private var unnameable: String?

    private mutating func visit(_ folder: borrowing Directory, _ position: Position) throws(FileError) {
        if position.depth >= Directory.depthLimit {
            warnings.append("Skipping \(position.path): it lies too deep")
            return
        }
        for entry in try entries(folder, position) {
            let states = zip(group.globs, position.states).map { $0.next($1, entry.name) }
            // Most names go no further than this: no path is put together for them.
            if states.allSatisfy(\.isEmpty) { continue }
            let next = step(position, entry.name, states)
            switch entry.kind {
            case .file:
                add(next, .file(root: group.start.boundary, path: next.realPath))
            case .directory:
                guard isWorthVisiting(next) else { continue }
                try visitChild(folder, entry.name, next)
            case .symbolicLink:
                try follow(folder, entry.name, position, next)
            case .special:
                if isMatched(next) {
                    warnings.append("Skipping \(next.path): it is a device, pipe or socket")
                }
            }
        }
    }

    /// The names to look at: all of them, or where only plain names can match, those that are there.
    private func entries(_ folder: borrowing Directory, _ position: Position) throws(FileError) -> [DirectoryEntry] {
        var names: Set<[UInt8]> = []
        for (glob, state) in zip(group.globs, position.states) {
            guard let literals = glob.literalNames(after: state) else { return try folder.entries() }
            names.formUnion(literals)
        }
        var result: [DirectoryEntry] = []
        for name in names {
            do throws(FileError) {
                result.append(DirectoryEntry(name: name, kind: try folder.kind(of: name)))
            } catch {
                if error.code != ENOENT && error.code != ENAMETOOLONG { throw error }
            }
        }
        return result
    }

    private mutating func visitChild(
        _ folder: borrowing Directory,
        _ name: [UInt8],
        _ position: Position
    ) throws(FileError) {
        let child: Directory
        do throws(FileError) { child = try folder.directory(name) } catch {
            // Gone, or another kind of thing, since it was listed.
            if error.code == ENOENT || error.code == ENOTDIR || error.code == ELOOP { return }
            throw FileError(code: error.code, function: error.function, path: position.path)
        }
        try visit(child, position)
    }

    /// Treats a symbolic link: kept, followed to a file, followed to a folder, or left out and said so.
    private mutating func follow(
        _ folder: borrowing Directory,
        _ name: [UInt8],
        _ position: Position,
        _ next: Position
    ) throws(FileError) {
        var through = next
        through.states = zip(group.globs, position.states).map { $0.nextThroughLink($1, name) }
        guard isMatched(next) || isWorthVisiting(through) else { return }
        let boundary = group.start.boundary
        guard let real = RealPath.resolve(RealPath.join(boundary, next.realPath)) else {
            if isMatched(next), try !keep(folder, name, next) {
                warnings.append("Skipping symbolic link \(next.path): it leads nowhere")
            }
            return
        }
        guard let inside = RealPath.relative(real, to: boundary) else {
            warnings.append("Skipping symbolic link \(next.path): it leads out of the source directory, to \(real)")
            return
        }
        if isMatched(next), try keep(folder, name, next) { return }
        through.realPath = inside
        switch try kind(ofReal: inside) {
        case .file: add(next, .file(root: boundary, path: inside))
        case .directory where isWorthVisiting(through):
            try visit(Directory(boundary).directory(beneath: RealPath.names(inside)), through)
        case .directory:
            warnings.append(
                "Skipping symbolic link \(next.path): it leads to a directory; "
                    + "write '\(next.path)/**/*' for the files in there"
            )
        default: warnings.append("Skipping symbolic link \(next.path): it leads to no file")
        }
    }

    /// Adds a link as a link, where links are kept and it would lead to the same wherever the artifact is unpacked.
    private mutating func keep(
        _ folder: borrowing Directory,
        _ name: [UInt8],
        _ next: Position
    ) throws(FileError) -> Bool {
        guard keepsSymlinks else { return false }
        let bytes = try folder.target(ofSymbolicLink: name)
        let archivePath = RealPath.join(group.start.archivePrefix, next.path)
        guard let target = String(validating: bytes, as: UTF8.self),
            ZipPath.isSafeLink(target: target, at: archivePath)
        else { return false }
        add(next, .symbolicLink(target: target))
        return true
    }

    private func kind(ofReal path: String) throws(FileError) -> DirectoryEntry.Kind {
        var names = RealPath.names(path)
        guard let name = names.popLast() else { return .directory }
        return try Directory(group.start.boundary).directory(beneath: names).kind(of: name)
    }

    private func step(_ position: Position, _ name: [UInt8], _ states: [Glob.State]) -> Position {
        let text = String(validating: name, as: UTF8.self)
        let shown = text ?? ZipError.escaped(name)
        let path = RealPath.join(position.path, shown)
        return Position(
            path: path,
            // Mostly one text for both.
            realPath: position.realPath == position.path ? path : RealPath.join(position.realPath, shown),
            states: states,
            excludeStates: zip(excludes, position.excludeStates).map { $0.next($1, name) },
            depth: position.depth + 1,
            isUnnameable: position.isUnnameable || text == nil
        )
    }

    private func isMatched(_ position: Position) -> Bool {
        zip(group.globs, position.states).contains { $0.isMatch($1) }
            && !zip(excludes, position.excludeStates).contains { $0.isMatch($1) }
    }

    private func isWorthVisiting(_ position: Position) -> Bool {
        zip(group.globs, position.states).contains { $0.mayMatchBelow($1) }
            && !zip(excludes, position.excludeStates).contains { $0.matchesAllBelow($1) }
    }

    private mutating func add(_ position: Position, _ source: ZipInput.Source) {
        guard isMatched(position) else { return }
        if position.isUnnameable {
            unnameable = min(unnameable ?? position.path, position.path)
            return
        }
        let file = FoundFile(
            archivePath: RealPath.join(group.start.archivePrefix, position.path),
            source: source
        )
        for (index, (glob, state)) in zip(group.globs, position.states).enumerated() where glob.isMatch(state) {
            matches[index].append(file)
        }
    }
}
