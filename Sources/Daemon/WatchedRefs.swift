// SPDX-License-Identifier: Apache-2.0

internal import Git
internal import Journals
internal import Repositories

/// The refs of a repository whose changes are builds.
///
/// All of it blocks.
enum WatchedRefs {
    /// What they point to now.
    static func read(path: String, patterns: BranchPatterns) throws(GitError) -> [RefValue] {
        try RefScan.read(path, patterns: patterns).targets.map { RefValue(ref: $0.key, oid: $0.value.hex) }
    }

    /// What a look at a repository found.
    struct Reading: Sendable {
        /// What has changed since the refs were last seen, in the order of their names.
        let changes: [RefChange]
        /// Why it is not the whole truth; nil when it is.
        let problem: String?
    }

    /// Compares them with what was last seen.
    ///
    /// One that is there but cannot be read counts as unchanged.
    static func look(
        at repository: RepositoryRecord,
        patterns: BranchPatterns,
        since seen: [RefValue]
    ) throws(GitError) -> Reading {
        var known: [String: ObjectID] = [:]
        for value in seen { known[value.ref] = ObjectID(hex: value.oid) }
        let scan = try RefScan.read(repository.path, patterns: patterns, known: known)
        let unreadable = scan.unreadable.sorted().joined(separator: ", ")
        return Reading(
            changes: scan.changes(since: known, patterns: patterns),
            problem: unreadable.isEmpty ? nil : "\(unreadable) cannot be read; `git fsck` tells more"
        )
    }

    /// What some refs point to now; those that are not there are left out.
    static func targets(of names: [String], in repository: RepositoryRecord) -> [String: ObjectID] {
        guard let git = try? GitRepository.open(bare: repository.path) else { return [:] }
        var result: [String: ObjectID] = [:]
        for name in names { result[name] = (try? git.directTarget(of: name)) ?? nil }
        return result
    }

    /// Whether our hook is in place.
    static func isHooked(_ path: String) -> Bool {
        guard let status = try? Hooks(repository: path).status() else { return false }
        guard case .installed = status.hook else { return false }
        return true
    }
}
