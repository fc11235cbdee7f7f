// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Buckets
internal import Builds
internal import Caches
internal import Control
internal import Digests
internal import Files
internal import Glibc
internal import Journals
internal import WireWords

/// The parts of a collection that touch files; each blocks, and may be done again after a crash at any point.
struct RetentionWork: Sendable {
    let home: Home
    let artifacts: ArtifactStore

    /// What nobody knows of stays for so long: it may just be on its way into the journal.
    static let graceMilliseconds: Int64 = 24 * 3600 * 1000

    // MARK: - Builds

    /// Removes the folders of builds.
    /// - Returns: the builds whose folders are gone, and why others are not.
    func removeFolders(_ builds: [Int64: BuildID]) -> (gone: [Int64], problems: [String]) {
        var gone: [Int64] = []
        var problems: [String] = []
        for (seq, id) in builds {
            let folder = home.build(id)
            // Somebody has a shell in it.
            if FileLock.isHeld(folder.lock) { continue }
            do throws(FileError) {
                try Folder.remove(folder.path)
                gone.append(seq)
            } catch {
                problems.append("the folder of build \(id) cannot be removed: \(error)")
            }
        }
        return (gone, problems)
    }

    /// The folders below `builds` and `sources` that belong to nothing.
    ///
    /// A build is in the journal before it has a folder, and after. One that has begun and is not there shows that the journal
    /// is not the one that knew it, but an older copy, say: nobody but a person can tell that it is not wanted any more.
    func strayFolders(
        _ hasBuild: (String) throws -> Bool,
        at now: Int64
    ) rethrows -> (stray: [String], unknown: [String]) {
        var result: (stray: [String], unknown: [String]) = ([], [])
        for name in (try? DirectoryListing.names(of: home.builds)) ?? [] where name.utf8.count == 36 {
            let folder = BuildFolder(path: "\(home.builds)/\(name)")
            if try hasBuild(name) || !isOld(folder.path, at: now) || FileLock.isHeld(folder.lock) { continue }
            if [folder.request, folder.log, folder.result].contains(where: Folder.exists) {
                result.unknown.append(folder.path)
            } else {
                result.stray.append(folder.path)
            }
        }
        for name in (try? DirectoryListing.names(of: home.sources)) ?? [] {
            let path = "\(home.sources)/\(name)"
            if isOld(path, at: now) { result.stray.append(path) }
        }
        return result
    }

    private func isOld(_ path: String, at now: Int64) -> Bool {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return false }
        return now - Int64(status.st_mtim.tv_sec) * 1000 > Self.graceMilliseconds
    }

    /// Removes workspaces that are kept for debugging, the oldest first, but none that somebody is in.
    ///
    /// They are the last to go: nothing else may be left.
    func removeWorkspaces(_ bytes: Int64) -> (count: Int, bytes: Int64) {
        let names = ((try? DirectoryListing.names(of: home.builds)) ?? []).filter { $0.utf8.count == 36 }
        let kept = names.compactMap { name -> (folder: BuildFolder, time: Int)? in
            let folder = BuildFolder(path: "\(home.builds)/\(name)")
            var status = stat()
            guard unsafe stat(folder.debugPoint, &status) == 0 else { return nil }
            return (folder, status.st_mtim.tv_sec)
        }
        var (count, freed): (Int, Int64) = (0, 0)
        for (folder, _) in kept.sorted(by: { $0.time < $1.time }) where freed < bytes {
            if FileLock.isHeld(folder.lock) { continue }
            let before = (try? DiskSpace(of: home.path).freeBytes) ?? 0
            try? Folder.remove(folder.debugPoint)
            try? Folder.remove(folder.workspace)
            freed += max(0, ((try? DiskSpace(of: home.path).freeBytes) ?? 0) - before)
            count += 1
        }
        return (count, freed)
    }

    // MARK: - Artifacts

    /// Removes artifacts that nothing uses any more, unless somebody brought them again after the instant of each.
    /// - Returns: those that need not be looked at again, and what was freed.
    func removeArtifacts(
        _ doomed: [(digest: String, until: Int64)],
        unless held: Set<String>,
        at now: Int64
    ) -> (settled: [String], count: Int, bytes: Int64, problems: [String]) {
        var result: (settled: [String], count: Int, bytes: Int64, problems: [String]) = ([], 0, 0, [])
        for (hex, until) in doomed {
            guard !held.contains(hex), let digest = SHA256Digest(hex: hex) else {
                result.settled.append(hex)
                continue
            }
            do throws(ArtifactError) {
                let limit = max(until, now - Self.graceMilliseconds)
                guard let bytes = try artifacts.remove(digest, unlessNewerThan: limit) else { continue }
                result.settled.append(hex)
                if bytes > 0 { result.count += 1 }
                result.bytes += bytes
            } catch {
                result.problems.append("the artifact \(hex) cannot be removed: \(error)")
            }
        }
        return result
    }

    /// Stored files that nothing refers to and that are no news.
    func strayArtifacts(_ isUsed: Set<String>, at now: Int64) -> [(digest: String, size: Int64)] {
        var result: [(digest: String, size: Int64)] = []
        artifacts.eachEntry { entry in
            let hex = entry.digest.hex
            if now - entry.modifiedAt > Self.graceMilliseconds, !isUsed.contains(hex) {
                result.append((hex, entry.size))
            }
        }
        return result
    }

    // MARK: - Others

    /// Removes old versions of objects.
    /// - Returns: the sums of their bytes.
    func expireVersions(before instant: Int64, isDryRun: Bool, unless isUsed: (String) -> Bool) throws -> [String] {
        guard let store = try BucketStore.existing(path: home.buckets, artifacts: artifacts) else { return [] }
        return try store.expireVersions(before: instant, isDryRun: isDryRun, unless: isUsed)
    }

    func releaseCaches(_ bytes: Int64) -> Int64 { CacheStore.release(bytes, below: home.caches) }

    var cacheBytes: Int64 { CacheStore.bytes(below: home.caches) }
}
