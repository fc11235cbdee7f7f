// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Files
internal import Glibc

/// The caches of one project: one file for each key, immutable once it has its name.
///
/// An entry is written to a file of another name in the same folder, and gets its own by `link(2)` or `rename(2)`: nobody
/// ever sees half of one. It is not synced: what a loss of power leaves fails its checksum, and is removed. Readers hold a
/// shared lock, and who evicts needs an exclusive one. Several processes may use one store at once.
package struct CacheStore: Sendable {
    /// What all caches may take together unless the caller says otherwise: 10 GiB.
    package static let standardLimitBytes = 10 << 30

    private let directory: String
    private let limitBytes: Int
    private let now: @Sendable () -> Int

    /// - Parameters:
    ///   - directory: the project's folder, made when it is needed; beside it lie those of the other projects.
    ///   - limitBytes: what the caches of all projects may take together.
    ///   - now: milliseconds since 1970.
    package init(
        directory: String,
        limitBytes: Int = standardLimitBytes,
        now: @escaping @Sendable () -> Int = CacheStore.systemTime
    ) {
        self.directory = directory
        self.limitBytes = limitBytes
        self.now = now
    }

    /// The machine's time in milliseconds since 1970.
    package static func systemTime() -> Int {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }

    // MARK: - Restoring

    /// Puts back what fits best.
    ///
    /// That is the entry of the key, else the newest that begins with the first fallback key that any begins with; without
    /// a key, the one cache that has none.
    /// Blocks. Never throws: without a cache a build goes on.
    ///
    /// * `isStopped`: whether to give up; asked from several threads, and often.
    package func restore(
        _ request: CacheRequest,
        isStopped: @escaping @Sendable () -> Bool = { false }
    ) -> CacheOutcome {
        removeAbandoned()
        let paths: [CachePath]
        do throws(CacheProblem) { paths = try Self.paths(of: request) } catch {
            return CacheOutcome(.skipped, [error.line])
        }
        var search = CacheSearch(directory: directory, version: CachePath.version(of: request.paths), now: now())
        var lines: [String] = []
        while let found = search.next(for: request) {
            let manifest = found.reader.manifest
            do throws(CacheError) {
                let folders = try found.reader.folders(pathCount: paths.count)
                var restore = PackRestore(found.reader.file, paths: paths, root: request.root, isStopped)
                try restore.run(folders)
                lines += search.lines + restore.warnings
                CacheEntry.touch(found.path)
                let name = manifest.key.map { "key \($0)" } ?? "the cache without a key"
                let summary = CacheText.summary(manifest, now: now())
                if let fallback = found.fallback {
                    lines.append("Cache hit by fallback key \(fallback): \(name) (\(summary))")
                    return CacheOutcome(.fallbackHit, lines)
                }
                lines.append("Cache hit: \(name) (\(summary))")
                return CacheOutcome(.hit, lines)
            } catch {
                let name = manifest.key.map { "key \($0)" } ?? "the cache without a key"
                guard error.code == .damaged else {
                    let line = "Cache not restored, or only in part: \(name): \(error)"
                    return CacheOutcome(.failed, lines + search.lines + [line])
                }
                search.removeDamaged(found.path, name, error, inode: found.reader.inode)
            }
        }
        return CacheOutcome(.miss, lines + search.lines + [search.missLine(for: request)])
    }

    // MARK: - Saving

    /// Saves what the paths match now; to be called after a build that has not failed.
    ///
    /// An entry with a key is saved once; the cache without a key replaces the last one. Blocks. Never throws.
    ///
    /// * `isStopped`: whether to give up; asked often.
    package func save(
        _ request: CacheRequest,
        isStopped: @escaping @Sendable () -> Bool = { false }
    ) -> CacheOutcome {
        removeAbandoned()
        let paths: [CachePath]
        do throws(CacheProblem) { paths = try Self.paths(of: request) } catch {
            return CacheOutcome(.skipped, [error.line])
        }
        let version = CachePath.version(of: request.paths)
        let target = "\(directory)/\(CacheEntry.name(key: request.key, version: version))"
        if request.key != nil, Self.isWhole(target) {
            CacheEntry.touch(target)
            return Self.existing(request)
        }
        var lines: [String] = []
        do throws(CacheError) {
            var saving = try CacheSaving(in: directory, limitBytes: limitBytes, pathCount: paths.count, isStopped)
            for (number, path) in paths.enumerated() {
                lines.append("Expanded cache path \(path.text)")
                let count = try saving.walk.add(path, number: number)
                if count == 0 { lines.append("Skipping invalid cache path \(path.text): nothing is there") }
            }
            lines += saving.walk.warnings
            guard saving.walk.fileCount > 0 else {
                return CacheOutcome(.skipped, lines + ["Cache not saved: no files match its paths"])
            }
            let manifest = try saving.finish(key: request.key, version: version, savedAt: now())
            guard try saving.publish(as: target, replaces: request.key == nil) else {
                return CacheOutcome(.skipped, lines + Self.existing(request).lines)
            }
            let name = request.key.map { "key \($0)" } ?? "without a key"
            let size = "\(CacheText.files(manifest.fileCount)), \(CacheText.size(manifest.contentBytes))"
            lines.append("Cache saved: \(name) (\(size))")
            lines += CacheEviction(limitBytes: limitBytes).run(beside: directory, keeping: target)
            return CacheOutcome(.saved, lines)
        } catch {
            let reason =
                error.code == .tooLarge
                ? "it is larger than all caches together may be, \(CacheText.size(limitBytes))" : error.message
            return CacheOutcome(.failed, lines + ["Cache not saved: \(reason)"])
        }
    }

    private static func existing(_ request: CacheRequest) -> CacheOutcome {
        CacheOutcome(.skipped, ["Cache not saved: key \(request.key ?? "") exists already"])
    }

    /// Whether an entry is there; one that cannot be read is removed, so that a new one can take its place.
    private static func isWhole(_ path: String) -> Bool {
        do throws(CacheError) {
            let reader = try PackReader.open(path)
            return reader != nil
        } catch {
            if error.code == .damaged { CacheEntry.removeUnused(path) }
            return Folder.exists(path)
        }
    }

    // MARK: - Both

    private struct CacheProblem: Error {
        let line: String
    }

    private static func paths(of request: CacheRequest) throws(CacheProblem) -> [CachePath] {
        let texts = request.paths.filter { !$0.isEmpty }
        if texts.isEmpty { throw CacheProblem(line: "Skip cache due to: no paths specified to be cached") }
        if texts.count > PackIndex.pathLimit { throw CacheProblem(line: "Skip cache due to: too many paths") }
        var result: [CachePath] = []
        for text in texts {
            do { result.append(try CachePath(text, root: request.root)) } catch {
                throw CacheProblem(line: "Skip cache due to: \(error)")
            }
        }
        return result
    }

    /// Removes what a killed build has left half-written.
    private func removeAbandoned() {
        for name in CacheEntry.names(in: directory, CacheEntry.partialSuffix) {
            CacheEntry.removeUnused("\(directory)/\(name)")
        }
    }
}
