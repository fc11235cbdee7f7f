// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Builds
internal import Control
internal import Digests
internal import Files
internal import Glibc
internal import Journals
internal import Sandboxes
internal import WireWords

/// Takes up what an ended supervisor has left.
///
/// Blocking; may be done again after a crash at any point.
struct BuildCollector: Sendable {
    /// What is to be journalled.
    struct Collected: Sendable {
        let build: Build
        /// Why it ended so, where the build itself does not tell.
        let reason: String?
        /// What is left on the disk; nil where nothing was.
        var files: KeptFiles?
    }

    let home: Home
    let artifacts: ArtifactStore

    /// Reads the result and moves the zips to the store.
    ///
    /// Without a result the build was lost: what still runs of it is killed.
    ///
    /// * `isDoubtful`: whether its files may be others than its supervisor has written: the build was isolated, so that no
    ///   process may be trusted that ran with it, or it ended before this daemon began, and the machine may have stopped
    ///   since. The zips are read and compared with their sums.
    ///
    /// - Throws: when the folder cannot be read, or the zips not moved, at this moment; nothing was taken away.
    func collect(_ id: BuildID, otherwise blank: Build, isDoubtful: Bool) throws(FileError) -> Collected {
        let folder = home.build(id)
        guard var build = try BuildReader.result(of: folder), build.id == id.description else {
            return try lost(id, folder, blank)
        }
        // What ended by a fault may not have been able to end its processes.
        if build.buildStatus == .fault { _ = LostBuild.cleanUp(id, folder) }
        // Whoever is told how the build has ended can read its log after a power cut, too.
        try? ForeignFile.open(folder.log).sync()
        try? Descriptor.open(folder.path, O_RDONLY | O_DIRECTORY).sync()
        do {
            build.artifacts = try store(build.artifacts, of: folder, isDoubtful: isDoubtful)
            for (index, made) in build.secondaryArtifacts.enumerated() {
                build.secondaryArtifacts[index] = try store(made, of: folder, isDoubtful: isDoubtful)
            }
        } catch {
            if let cause = error as? FileError ?? (error as? ArtifactError)?.cause, cause.isShortage { throw cause }
            let reason = "the artifacts could not be stored: \(error)"
            build.buildStatus = .fault
            return Collected(build: build, reason: reason)
        }
        let made = ([build.artifacts] + build.secondaryArtifacts).compactMap { artifact in
            artifact.sha256sum.map { KeptFiles.Artifact(digest: $0, size: artifact.size ?? 0) }
        }
        let files = KeptFiles(bytes: folder.keptBytes, artifacts: made, at: Timestamp.now().milliseconds)
        return Collected(build: build, reason: nil, files: files)
    }

    /// What becomes of a build whose folder cannot be read for good; the folder stays as it is.
    func unreadable(_ error: FileError, otherwise blank: Build) -> Collected {
        var build = blank
        build.end(.fault, at: .now())
        return Collected(build: build, reason: "what the build came to cannot be read and stays as it is: \(error)")
    }

    /// Removes the workspace of a build that is over; that of a failed one is kept for a while, for `nacre debug`.
    func cleanUp(_ id: BuildID) {
        let folder = home.build(id)
        // Files that somebody was killed over while they were written; first, as by the workspace it is known what is left to do.
        for path in [folder.path, folder.readonly, folder.artifacts, folder.reports] {
            guard let directory = try? Directory(Paths.parent(path)).directory(Array(Paths.name(path).utf8)) else {
                continue
            }
            for entry in (try? directory.entries()) ?? [] where entry.name.suffix(4).elementsEqual(".tmp".utf8) {
                try? directory.unlink(entry.name)
            }
        }
        if KeptWorkspaces.point(of: folder) != nil, (try? BuildReader.result(of: folder))?.buildStatus == .failed {
            KeptWorkspaces.keep(folder)
            prune()
        } else {
            Self.removeWorkspace(folder)
        }
        // The zips have gone to the store; one that could not be stored stays.
        _ = unsafe rmdir(folder.artifacts)
    }

    /// Removes the workspace of a build that is over, whatever the build came to.
    func makeRoom(_ id: BuildID) {
        let folder = home.build(id)
        if (try? BuildReader.result(of: folder)) != nil, !FileLock.isHeld(folder.lock) { Self.removeWorkspace(folder) }
    }

    /// The builds, by their unique part, that have a workspace or zips and that nobody works in and nobody keeps.
    func leftBehind() -> [String] {
        let names = ((try? DirectoryListing.names(of: home.builds)) ?? []).filter { $0.utf8.count == 36 }
        return names.filter { name in
            let folder = BuildFolder(path: "\(home.builds)/\(name)")
            return [folder.workspace, folder.artifacts].contains(where: Folder.exists)
                && !KeptWorkspaces.isKept(folder) && !FileLock.isHeld(folder.lock)
        }
    }

    /// Removes the workspaces of failed builds that are too many, too large or too old.
    func prune() {
        let names = ((try? DirectoryListing.names(of: home.builds)) ?? []).filter { $0.utf8.count == 36 }
        KeptWorkspaces.prune(names.map { BuildFolder(path: "\(home.builds)/\($0)") }, remove: Self.removeWorkspace)
    }

    private static func removeWorkspace(_ folder: BuildFolder) {
        try? Folder.remove(folder.debugPoint)
        try? Folder.remove(folder.workspace)
    }

    /// Moves a zip to the store.
    ///
    /// A build may have written its result itself: of what that says, only the sum is taken, which is compared.
    private func store(
        _ made: Build.Artifacts,
        of folder: BuildFolder,
        isDoubtful: Bool
    ) throws -> Build.Artifacts {
        if made.location.isEmpty { return made }
        guard let digest = made.sha256sum.flatMap({ SHA256Digest(hex: $0) }), let path = folder.zip(of: made) else {
            throw ArtifactError(.unsupportedName, "\(folder.result) tells of an artifact that cannot be one")
        }
        var stored = made
        // Not beyond a link that has taken the place of the folder.
        let zips = try? Directory(folder.path).directory(Array(Paths.name(folder.artifacts).utf8))
        if (try? zips?.kind(of: Array(Paths.name(path).utf8))) != nil {
            try artifacts.add(fileAt: path, digest: digest, isDoubtful: isDoubtful)
        } else {
            // An earlier daemon has stored it, and was killed before it could journal that.
            try artifacts.settle(digest)
        }
        stored.location = artifacts.path(for: digest)
        stored.size = Int64(try Descriptor.open(stored.location, O_RDONLY).status().st_size)
        return stored
    }

    private func lost(_ id: BuildID, _ folder: BuildFolder, _ blank: Build) throws(FileError) -> Collected {
        var build = try BuildReader.progress(of: folder) ?? blank
        // The build may have written another's name there.
        if let request = try BuildReader.request(of: folder), request.id == id { IsolationCleanUp.cleanUp(request) }
        let killed = LostBuild.cleanUp(id, folder)
        // Nobody knows of these zips, which may be half written.
        try? Folder.remove(folder.artifacts)
        let now = Timestamp.now()
        if let last = build.phases.indices.last, build.phases[last].endTime == nil {
            let message = "The build's supervisor ended without a result."
            build.phases[last].finish(
                .fault,
                at: now,
                context: Build.Phase.Context(statusCode: "INTERNAL_ERROR", message: message)
            )
        }
        build.end(.fault, at: now)
        let processes = killed == 0 ? "" : "; \(killed) processes that it left behind were killed"
        let cause =
            Folder.exists(folder.result)
            ? "the build has ended, but its result, \(folder.result), is damaged and stays as it is; see the log, and build again"
            : "supervisor lost: it was killed or crashed"
        return Collected(build: build, reason: "\(cause)\(processes)")
    }
}
