// SPDX-License-Identifier: Apache-2.0

internal import Git
internal import Journals
internal import Pipelines

/// What the refs that were pushed mean for pipelines, with what must be read from the repository for it.
///
/// All of it blocks.
enum PushedMoves {
    /// A start with what its sources are pinned to.
    struct PinnedStart: Sendable {
        let start: PipelineTriggers.Start
        let revisions: [String: SourceRevision]
    }

    /// The starts of each ref, in the order of the refs.
    static func starts(
        of pushed: [PipelineService.PushedRef],
        in repository: RepositoryRecord,
        _ triggers: PipelineTriggers
    ) -> [[PinnedStart]] {
        let git = try? GitRepository.open(bare: repository.path)
        return pushed.map { update in
            let commit = update.new.isZero ? nil : (try? git?.commitID(of: update.new)) ?? nil
            let move = PipelineTriggers.Move(
                repository: repository.name,
                ref: update.ref,
                old: update.old.isZero ? nil : update.old.hex,
                new: update.new.isZero ? nil : update.new.hex,
                commit: commit?.hex
            )
            let starts = triggers.starts(for: move) { changedFiles(update, commit, git) }
            return starts.map { start in PinnedStart(start: start, revisions: revisions(start, git)) }
        }
    }

    private static func revisions(_ start: PipelineTriggers.Start, _ git: GitRepository?) -> [String: SourceRevision] {
        start.pins.compactMapValues { pin in
            guard let id = ObjectID(hex: pin.commit), let commit = try? git?.commit(id) else { return nil }
            return GitSources.revision(commit, reference: pin.reference)
        }
    }

    /// The files that a push has changed; of a new branch, since it left the default branch.
    private static func changedFiles(
        _ update: PipelineService.PushedRef,
        _ commit: ObjectID?,
        _ git: GitRepository?
    ) -> [String] {
        guard let git, let commit else { return [] }
        var base = update.old.isZero ? nil : (try? git.commitID(of: update.old)) ?? nil
        if update.old.isZero, let branch = (try? git.headBranch()) ?? nil, branch != update.ref,
            let head = (try? git.target(of: branch)) ?? nil
        {
            base = (try? git.mergeBase(head, commit)) ?? nil
        }
        // A base that cannot be read leaves all files as changed: better one execution too many than one too few.
        return (try? git.changedFiles(from: base, to: commit)) ?? (try? git.changedFiles(from: nil, to: commit)) ?? []
    }
}
