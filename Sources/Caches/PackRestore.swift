// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Files
internal import Glibc

/// Puts what is in a pack back where it was found.
///
/// Files are made anew, never written in place nor hard-linked: a build may change what it got. Large ones share their
/// blocks with the pack where the file system can (`copy_file_range(2)`), all others are copied, on several threads.
struct PackRestore: ~Copyable {
    /// What could not be restored, as lines for the log.
    private(set) var warnings: [String] = []
    private let pack: Int32
    private let paths: [CachePath]
    private let root: String
    private let isStopped: @Sendable () -> Bool
    private var places: [Place] = []
    private var brokenPaths: Set<Int> = []

    /// One folder of the pack that is there to be filled.
    private struct Place: Sendable {
        let folder: PackFolder
        /// Its absolute path.
        let directory: String
        /// Whether existing files give way even if they are newer.
        let overrides: Bool
        /// Permissions to set at the end.
        let finalMode: UInt32?
        let setsTime: Bool

        /// Files and bytes as one number, to share work evenly: a file costs as much as 32 KiB.
        var weight: Int { folder.entries.reduce(0) { $0 + $1.size + 32_768 } }
    }

    /// - Parameters:
    ///   - pack: an open, checked pack; stays the caller's.
    ///   - paths: those of the build's cache, in the order of the pack's.
    ///   - root: the source folder.
    ///   - isStopped: whether to give up with `stopped`; asked from several threads, and often.
    init(
        _ pack: borrowing Descriptor,
        paths: [CachePath],
        root: String,
        _ isStopped: @escaping @Sendable () -> Bool = { false }
    ) {
        self.isStopped = isStopped
        self.pack = pack.number
        self.paths = paths
        self.root = root
    }

    /// Restores everything.
    /// - Throws: `system` when it came to a stop on the way; `damaged` for a pack that was cut off meanwhile.
    mutating func run(_ folders: [PackFolder]) throws(CacheError) {
        for folder in folders where !brokenPaths.contains(folder.path) {
            do throws(FileError) { places.append(try prepare(folder)) } catch {
                brokenPaths.insert(folder.path)
                warnings.append("Cache path \(paths[folder.path].text) is not restored: \(error)")
            }
        }
        places.removeAll { brokenPaths.contains($0.folder.path) }
        try fill()
        for place in places.reversed() { try CacheError.system { () throws(FileError) in try Self.finish(place) } }
    }

    // MARK: - Folders

    private func prepare(_ folder: PackFolder) throws(FileError) -> Place {
        let path = paths[folder.path]
        let overrides = path.isInside(root)
        var isNew = try makeBase(path.base, overrides: overrides)
        var directory = path.base
        var current = try Directory(path.base)
        for name in folder.names {
            isNew = try current.makeNewDirectory(name, mode: 0o777)
            if !isNew, try current.kind(of: name) != .directory {
                try current.unlink(name)
                isNew = try current.makeNewDirectory(name, mode: 0o777)
            }
            current = try current.directory(name)
            directory += "/\(String(decoding: name, as: UTF8.self))"
        }
        let mode = try current.status().st_mode & 0o777
        if mode & 0o300 != 0o300 { try current.setMode(mode | 0o700) }
        let isOurs = isNew || folder.isMatched
        return Place(
            folder: folder,
            directory: directory,
            overrides: overrides,
            finalMode: isOurs ? folder.mode : mode & 0o300 != 0o300 ? mode : nil,
            setsTime: isOurs
        )
    }

    /// Makes the folder that a path begins with.
    /// - Returns: whether it was missing.
    private func makeBase(_ base: String, overrides: Bool) throws(FileError) -> Bool {
        if overrides { removeLinksOutside(base) }
        if Folder.isFolder(base) { return false }
        do throws(FileError) { try Folder.make(base) } catch {
            guard overrides, error.code == EEXIST || error.code == ENOTDIR else { throw error }
            // A file of the source is in the way, or a link that leads to none.
            var path = root
            for name in base.dropFirst(root.count).split(separator: "/") {
                path += "/\(name)"
                if !Folder.isFolder(path) { _ = unsafe unlink(path) }
            }
            try Folder.make(base)
        }
        return true
    }

    /// Takes links of the source away that lead out of it: what is cached takes the place of what is there.
    private func removeLinksOutside(_ base: String) {
        guard let realRoot = Paths.real(root) else { return }
        var path = root
        for name in base.dropFirst(root.count).split(separator: "/") {
            path += "/\(name)"
            guard let real = Paths.real(path) else { return }
            if real != realRoot, !real.hasPrefix(realRoot + "/") {
                // Fails for what is no link; that lies where it is.
                _ = unsafe unlink(path)
                return
            }
        }
    }

    private static func finish(_ place: Place) throws(FileError) {
        guard place.finalMode != nil || place.setsTime else { return }
        let folder = try open(place)
        if place.setsTime { try folder.setModificationTime(place.folder.modified.timespec) }
        if let mode = place.finalMode { try folder.setMode(mode) }
    }

    private static func open(_ place: Place) throws(FileError) -> Directory {
        try Directory(place.directory)
    }

    // MARK: - Files

    private func fill() throws(CacheError) {
        let total = places.reduce(0) { $0 + $1.weight }
        let threads = total < 16 << 20 ? 1 : Workers.count
        // Neighbouring folders stay together, as their contents do in the pack.
        var shares: [[Place]] = Array(repeating: [], count: threads)
        var done = 0
        for place in places {
            shares[min(done * threads / max(total, 1), threads - 1)].append(place)
            done += place.weight
        }
        let (pack, finished, isStopped) = (pack, shares, isStopped)
        try Workers.run(threads) { number throws(CacheError) in
            var window = PackWindow(pack, isStopped)
            for place in finished[number] where !place.folder.entries.isEmpty {
                let folder = try CacheError.system { () throws(FileError) in try Self.open(place) }
                for entry in place.folder.entries {
                    if isStopped() { throw .stopped }
                    try Self.restore(entry, in: folder, place, &window)
                }
            }
        }
    }

    private static func restore(
        _ entry: PackEntry,
        in folder: borrowing Directory,
        _ place: Place,
        _ window: inout PackWindow
    ) throws(CacheError) {
        switch entry.kind {
        case .symbolicLink(let target):
            do throws(FileError) {
                try replacing(entry, in: folder, place) { () throws(FileError) in
                    try folder.makeSymbolicLink(entry.name, to: target)
                    try folder.setModificationTime(of: entry.name, entry.modified.timespec)
                }
            } catch { throw CacheError(error) }
        case .file(let offset, let size, let mode):
            var made: Int32 = -1
            do throws(FileError) {
                try replacing(entry, in: folder, place) { () throws(FileError) in
                    made = try folder.open(entry.name, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600).release()
                }
            } catch { throw CacheError(error) }
            // Kept as it is.
            if made < 0 { return }
            let output = Descriptor(owning: made)
            try window.copy(offset: offset, size: size, to: output)
            do throws(FileError) {
                try output.setMode(mode)
                try output.setModificationTime(entry.modified.timespec)
            } catch { throw CacheError(error) }
        }
    }

    /// Makes a file or link, after removing what has its name.
    ///
    /// Outside of the source folder, where a machine keeps what is not the build's alone, something newer stays.
    private static func replacing(
        _ entry: PackEntry,
        in folder: borrowing Directory,
        _ place: Place,
        _ make: () throws(FileError) -> Void
    ) throws(FileError) {
        do throws(FileError) {
            try make()
            return
        } catch {
            if error.code != EEXIST { throw error }
        }
        let status = try folder.status(of: entry.name)
        if !place.overrides, !(PackTime(status.st_mtim) < entry.modified) { return }
        if status.st_mode & S_IFMT == S_IFDIR {
            try Folder.remove("\(place.directory)/\(String(decoding: entry.name, as: UTF8.self))")
        } else {
            try folder.unlink(entry.name)
        }
        try make()
    }
}
