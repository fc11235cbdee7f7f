// SPDX-License-Identifier: Apache-2.0

internal import Git
internal import Journals
internal import Repositories

/// The refs of a repository whose changes are builds.
enum WatchedRefs {
    /// What they point to now. Blocking.
    static func read(path: String, branches: [String]) throws(GitError) -> [RefValue] {
        let patterns = BranchPatterns(branches)
        let git = try GitRepository.open(bare: path)
        return try git.references(under: "refs/heads/").direct
            .filter { patterns.matches(ref: $0.name) }
            .map { RefValue(ref: $0.name, oid: $0.target.hexadecimal) }
    }

    /// What some refs point to now; those that are not there are left out. Blocking.
    static func targets(of names: [String], in repository: RepositoryRecord) -> [String: ObjectID] {
        guard let git = try? GitRepository.open(bare: repository.path) else { return [:] }
        var result: [String: ObjectID] = [:]
        for name in names { result[name] = (try? git.target(of: name)) ?? nil }
        return result
    }

    /// What has changed from one state to another, in the order of the names.
    static func changes(from old: [RefValue], to new: [RefValue]) -> [(ref: String, old: String, new: String)] {
        let zero = ObjectID.zero.hexadecimal
        let before = Dictionary(old.map { ($0.ref, $0.oid) }) { first, _ in first }
        let after = Dictionary(new.map { ($0.ref, $0.oid) }) { first, _ in first }
        return Set(before.keys).union(after.keys).sorted().compactMap { ref in
            let from = before[ref] ?? zero
            let to = after[ref] ?? zero
            return from == to ? nil : (ref, from, to)
        }
    }
}
