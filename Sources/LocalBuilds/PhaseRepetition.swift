// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Control
internal import Files
internal import Git
internal import Glibc
internal import Repositories
internal import WireWords

/// A build that begins in the middle, in the workspace that an earlier one has left: `nacre build --from PHASE`.
struct PhaseRepetition {
    /// The earlier build; its folder is built in again.
    let build: KeptBuild
    /// Where to begin, and with what variables.
    let start: BuildRequest.Start

    /// Finds the last local build of a working tree whose workspace is kept.
    /// - Throws: `BuildError` with `refused` when there is none, or when it did not come as far as the phase.
    init(
        from phase: PhaseType,
        of workingTree: String,
        isIsolated: Bool,
        in home: Home
    ) throws(BuildError) {
        guard let build = KeptBuild.last(of: workingTree, in: home), let point = KeptWorkspaces.point(of: build.folder)
        else {
            throw BuildError(
                .refused,
                "no workspace of an earlier build of \(workingTree) is kept; run `nacre build` (with `--keep`, to keep the "
                    + "workspace of a build that succeeds) first"
            )
        }
        if build.request.isolation != .none, !isIsolated {
            // All that it has left is its own word: what was run apart is not to get out by this.
            throw BuildError(
                .refused,
                "\(build.name) was isolated, and what it has left is run isolated only: say `--sandbox` or `--image` again"
            )
        }
        guard let found = point.starts.first(where: { $0.phase == phase }) else {
            let phases = point.starts.map { $0.phase.rawValue.lowercased() }.joined(separator: ", ")
            throw BuildError(
                .refused,
                "\(build.name) did not come to \(phase.rawValue.lowercased()); it can be run again from \(phases)"
            )
        }
        if point.command != nil, let failed = point.starts.firstIndex(where: { $0.phase == point.phase }),
            let wanted = point.starts.firstIndex(where: { $0.phase == phase }), wanted > failed
        {
            let name = point.phase.rawValue.lowercased()
            throw BuildError(
                .refused,
                "\(build.name) failed in \(name); it can be run again from there or before, not from after it"
            )
        }
        if FileLock.isHeld(build.folder.lock) {
            throw BuildError(.refused, "somebody is in the workspace of \(build.name)")
        }
        self.build = build
        start = BuildRequest.Start(phase: phase, place: found.place)
    }

    /// The source as the earlier build left it, with those files of the working tree that have changed since it began.
    func refreshedSource(_ directory: String, tell: (String) -> Void) throws -> BuildRequest.Source {
        let tree = try WorkingTree.read(directory)
        var source = build.request.source
        source.version = tree.head?.branch ?? tree.head?.commit?.hex ?? ""
        source.resolvedVersion = tree.head?.commit?.hex
        if source.directory == directory { return source }
        var copy = TreeCopy(from: directory, to: source.directory)
        var changed: [String] = []
        for path in tree.files where isNewer("\(directory)/\(path)") {
            try? Folder.remove("\(source.directory)/\(path)")
            if try copy.copy(path) { changed.append(path) }
        }
        if let first = changed.first {
            let others = changed.count == 1 ? "" : " and \(changed.count - 1) more"
            tell("changed since \(build.name) and copied: \(first)\(others)")
        }
        return source
    }

    private func isNewer(_ path: String) -> Bool {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return false }
        let time = Int64(status.st_ctim.tv_sec) * 1000 + Int64(status.st_ctim.tv_nsec) / 1_000_000
        return time > build.request.submittedAt.milliseconds
    }
}
