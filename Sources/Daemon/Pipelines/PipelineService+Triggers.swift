// SPDX-License-Identifier: Apache-2.0

internal import Journals
internal import Pipelines
internal import Repositories

/// What starts pipelines beside people.
extension PipelineService {
    /// Rules, projects or mappings were changed: they are read again.
    func projectsChanged() async {
        await definitionsChanged()
    }

    /// Pipelines, rules or mappings have changed: what starts pipelines is worked out anew.
    ///
    /// Refs that are watched from now on count from what they are now.
    func definitionsChanged() async {
        let before = knownTriggers
        knownTriggers = nil
        triggersAge += 1
        do {
            let after = try await triggers()
            let repositories = try await journal.use { journal throws(JournalError) in try journal.repositories() }
            for repository in repositories where after.concerns(repository.name) {
                let old = before?.refs(of: repository.name).joined(repository.branches)
                let new = after.refs(of: repository.name).joined(repository.branches)
                // Those of a repository that does not answer count as new when it does.
                let values = try? await parts.refs.run(repository.path, within: RepositoryThreads.readingLimit) {
                    Self.unseen(new, before: old, in: repository)
                }
                guard let values, !values.isEmpty else { continue }
                try await journal.use { journal throws(JournalError) in try journal.noteRefs(repository.id, values) }
            }
        } catch {
            log.write(.error, "Refs cannot be noted", ["error": "\(error)"])
        }
    }

    /// What refs are now that are watched from now on.
    private static func unseen(
        _ new: BranchPatterns,
        before old: BranchPatterns?,
        in repository: RepositoryRecord
    ) -> [RefValue] {
        let values = (try? WatchedRefs.read(path: repository.path, patterns: new)) ?? []
        let own = BranchPatterns(repository.branches)
        return values.filter { !own.contains(ref: $0.ref) && !(old?.contains(ref: $0.ref) ?? false) }
    }

    /// What starts pipelines now.
    /// - Throws: while they cannot all be read; whoever decides about a change must then not take it for one that starts nothing.
    func triggers() async throws(JournalError) -> PipelineTriggers {
        if let known = knownTriggers { return known }
        let age = triggersAge
        let made = try await journal.use { journal throws(JournalError) in
            PipelineTriggers(
                pipelines: try journal.pipelines(),
                rules: try journal.resources(kind: "rule"),
                mappings: try RepositoryMapping.all(in: journal)
            )
        }
        // What was changed meanwhile may not be in it.
        if age == triggersAge {
            knownTriggers = made
            setTicks(made)
        }
        return made
    }

    /// The refs of a repository that are watched for its own sake and for pipelines.
    func watched(in repository: String, branches: [String]) async throws(JournalError) -> BranchPatterns {
        try await triggers().refs(of: repository).joined(branches)
    }
}
