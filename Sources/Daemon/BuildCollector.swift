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
    /// * `isUnseen`: whether it ended before this daemon began. The machine may have stopped since, and a file is then not
    ///   always what it was: the zips are read and compared with their sums.
    ///
    /// - Throws: when the folder cannot be read, or the zips not moved, at this moment; nothing was taken away.
    func collect(_ id: BuildID, otherwise blank: Build, isUnseen: Bool) throws(FileError) -> Collected {
        let folder = home.build(id)
        guard var build = try BuildReader.result(of: folder) else { return try lost(id, folder, blank) }
        // Whoever is told how the build has ended can read its log after a power cut, too.
        for path in [folder.log, folder.path] { try? Descriptor.open(path, O_RDONLY).sync() }
        do {
            build.artifacts = try store(build.artifacts, isUnseen: isUnseen)
            for index in build.secondaryArtifacts.indices {
                build.secondaryArtifacts[index] = try store(build.secondaryArtifacts[index], isUnseen: isUnseen)
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
        if (try? BuildReader.result(of: folder))?.buildStatus == .failed, KeptWorkspaces.point(of: folder) != nil {
            KeptWorkspaces.keep(folder)
            prune()
        } else {
            Self.removeWorkspace(folder)
        }
        // Files that somebody was killed over while they were written.
        for path in [folder.path, folder.readonly, folder.artifacts] {
            for name in (try? DirectoryListing.names(of: path)) ?? [] where name.hasSuffix(".tmp") {
                try? Folder.remove("\(path)/\(name)")
            }
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
                && !Folder.exists(folder.debugPoint) && !FileLock.isHeld(folder.lock)
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

    private func store(_ made: Build.Artifacts, isUnseen: Bool) throws -> Build.Artifacts {
        guard !made.location.isEmpty, let text = made.sha256sum, let digest = SHA256Digest(hex: text) else {
            return made
        }
        var stored = made
        if Folder.exists(made.location) {
            if isUnseen { try Self.check(made.location, digest) }
            try artifacts.add(fileAt: made.location, digest: digest)
        } else {
            // An earlier daemon has stored it, and was killed before it could journal that.
            try artifacts.settle(digest)
        }
        stored.location = artifacts.path(for: digest)
        return stored
    }

    private static func check(_ path: String, _ digest: SHA256Digest) throws {
        let found = try SHA256Digest(of: try Descriptor.open(path, O_RDONLY))
        if found == digest { return }
        throw ArtifactError(.digestMismatch, "\(path) is not whole: its SHA-256 is \(found), it was \(digest)")
    }

    private func lost(_ id: BuildID, _ folder: BuildFolder, _ blank: Build) throws(FileError) -> Collected {
        var build = try BuildReader.progress(of: folder) ?? blank
        if let request = try BuildReader.request(of: folder) { IsolationCleanUp.cleanUp(request) }
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
