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
        try RefScan.read(path, patterns: patterns).targets.map { RefValue(ref: $0.key.text, oid: $0.value.hex) }
    }

    /// What a look at a repository found.
    struct Reading: Sendable {
        /// What has changed since the refs were last seen, in the order of their names.
        let changes: [RefChange]
        /// Why it is not the whole truth; nil when it is.
        let problem: String?
        /// Branches that are not watched, as their names are not text.
        let unnamed: [String]
    }

    /// Compares them with what was last seen.
    ///
    /// One that is there but cannot be read counts as unchanged.
    static func look(
        at repository: RepositoryRecord,
        patterns: BranchPatterns,
        since seen: [RefValue]
    ) throws(GitError) -> Reading {
        var known: [RefName: ObjectID] = [:]
        for value in seen { known[RefName(value.ref)] = ObjectID(hex: value.oid) }
        let scan = try RefScan.read(repository.path, patterns: patterns, known: known)
        let unreadable = scan.unreadable.sorted().joined(separator: ", ")
        return Reading(
            changes: scan.changes(since: known, patterns: patterns),
            problem: unreadable.isEmpty ? nil : "\(unreadable) cannot be read; `git fsck` tells more",
            unnamed: scan.unnamed
        )
    }

    /// What some refs point to now; those that are not there are left out.
    static func targets(of names: [String], in repository: RepositoryRecord) -> [RefName: ObjectID] {
        guard let git = try? GitRepository.open(bare: repository.path) else { return [:] }
        var result: [RefName: ObjectID] = [:]
        for name in names { result[RefName(name)] = (try? git.directTarget(of: name)) ?? nil }
        return result
    }

    /// Whether our hook is in place.
    static func isHooked(_ path: String) -> Bool {
        guard let status = try? Hooks(repository: path).status() else { return false }
        guard case .installed = status.hook else { return false }
        return true
    }
}
