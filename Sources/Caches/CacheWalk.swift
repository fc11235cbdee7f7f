// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import Globs

/// Finds what a cache's paths match, and puts it into a pack as it goes.
///
/// Unlike an artifact a cache is put back where it was found: symbolic links stay links and are not followed (but in the
/// part of a path before its first wildcard), modes and times are kept, and so are empty folders that a `**` takes.
struct CacheWalk: ~Copyable {
    private(set) var folders: [PackFolder] = []
    private(set) var fileCount = 0
    /// What could not be read, as lines for the log.
    private(set) var warnings: [String] = []
    var writer: PackWriter
    /// What earlier paths have taken; only kept where there are several.
    private var taken: Set<String> = []
    private let tracksTaken: Bool

    init(_ writer: consuming PackWriter, pathCount: Int) {
        self.writer = writer
        tracksTaken = pathCount > 1
    }

    /// Adds what one path matches.
    /// - Returns: how many files and links.
    /// - Throws: what ends the whole: `tooLarge`, and a pack that cannot be written.
    mutating func add(_ path: CachePath, number: Int) throws(CacheError) -> Int {
        let before = fileCount
        let base: Directory
        do throws(FileError) { base = try Directory(path.base) } catch {
            if error.code != ENOENT && error.code != ENOTDIR { warn(path.base, error) }
            return 0
        }
        let start = path.glob.start
        let standing: Standing =
            path.glob.matchesAllBelow(start) ? .everything : .matching(path.glob, start)
        _ = try visit(base, Place(path: number, shown: path.base, names: []), standing, isMatched: false)
        return fileCount - before
    }

    private struct Place {
        var path: Int
        var shown: String
        var names: [[UInt8]]

        func child(_ name: [UInt8]) -> Place {
            Place(path: path, shown: "\(shown)/\(String(decoding: name, as: UTF8.self))", names: names + [name])
        }
    }

    /// How far the pattern has come.
    private enum Standing {
        case matching(Glob, Glob.State)
        /// Everything from here on is taken.
        case everything

        /// Whether a file or link of that name is taken.
        func takes(_ name: [UInt8]) -> Bool {
            switch self {
            case .everything: true
            case .matching(let glob, let state): glob.isMatch(glob.next(state, name))
            }
        }

        /// After the name of a folder; nil where nothing in it can be taken.
        func entering(_ name: [UInt8]) -> Standing? {
            guard case .matching(let glob, let state) = self else { return .everything }
            let next = glob.next(state, name)
            // A folder that is named without any wildcard is meant with all that is in it.
            if glob.matchesAllBelow(next) || glob.isLiteral && glob.isMatch(next) { return .everything }
            return glob.mayMatchBelow(next) ? .matching(glob, next) : nil
        }
    }

    /// Takes what matches in a folder.
    /// - Returns: whether there was anything.
    private mutating func visit(
        _ folder: borrowing Directory,
        _ place: Place,
        _ standing: Standing,
        isMatched: Bool
    ) throws(CacheError) -> Bool {
        let index = folders.count
        let entries: [DirectoryEntry]
        do throws(FileError) {
            let status = try folder.status()
            entries = try folder.entries()
            folders.append(
                PackFolder(
                    path: place.path,
                    names: place.names,
                    isMatched: isMatched,
                    mode: status.st_mode & 0o777,
                    modified: PackTime(status.st_mtim)
                )
            )
        } catch {
            warn(place.shown, error)
            return false
        }
        for entry in entries where entry.kind != .directory && standing.takes(entry.name) {
            if let taken = try take(entry, folder, place) { folders[index].entries.append(taken) }
        }
        var hasFolders = false
        for entry in entries where entry.kind == .directory {
            guard let next = standing.entering(entry.name) else { continue }
            if place.names.count >= Directory.depthLimit {
                warnings.append("Not in the cache: \(place.shown): it lies too deep")
                continue
            }
            let isWhole = if case .everything = next { true } else { false }
            let child: Directory
            do throws(FileError) { child = try folder.directory(entry.name) } catch {
                // Gone, or another kind of thing, since it was listed.
                if ![ENOENT, ENOTDIR, ELOOP].contains(error.code) { warn(place.child(entry.name).shown, error) }
                continue
            }
            if try visit(child, place.child(entry.name), next, isMatched: isWhole) { hasFolders = true }
        }
        if !isMatched, !hasFolders, folders[index].entries.isEmpty {
            folders.removeLast()
            return false
        }
        return true
    }

    private mutating func take(
        _ entry: DirectoryEntry,
        _ folder: borrowing Directory,
        _ place: Place
    ) throws(CacheError) -> PackEntry? {
        if tracksTaken, !taken.insert(place.child(entry.name).shown).inserted { return nil }
        let result: PackEntry
        switch entry.kind {
        case .file:
            let input: Descriptor
            do throws(FileError) {
                // Not waiting: a pipe may have taken the name since it was listed.
                input = try folder.open(entry.name, O_RDONLY | O_NONBLOCK)
            } catch {
                if error.code != ENOENT { warn(place.child(entry.name).shown, error) }
                return nil
            }
            guard let taken = try add(input, named: entry.name) else { return nil }
            result = taken
        case .symbolicLink:
            do throws(FileError) {
                result = PackEntry(
                    name: entry.name,
                    modified: PackTime(try folder.status(of: entry.name).st_mtim),
                    kind: .symbolicLink(target: try folder.target(ofSymbolicLink: entry.name))
                )
            } catch {
                if error.code != ENOENT { warn(place.child(entry.name).shown, error) }
                return nil
            }
        case .directory, .special:
            return nil
        }
        fileCount += 1
        return result
    }

    private mutating func add(
        _ input: borrowing Descriptor,
        named name: [UInt8]
    ) throws(CacheError) -> PackEntry? {
        let status: stat
        do throws(FileError) { status = try input.status() } catch { throw CacheError(error) }
        guard status.st_mode & S_IFMT == S_IFREG else { return nil }
        let (offset, size) = try writer.add(input, size: Int(status.st_size))
        return PackEntry(
            name: name,
            modified: PackTime(status.st_mtim),
            kind: .file(offset: offset, size: size, mode: status.st_mode & 0o777)
        )
    }

    private mutating func warn(_ path: String, _ error: FileError) {
        warnings.append("Not in the cache: \(path): \(error.reason)")
    }
}
