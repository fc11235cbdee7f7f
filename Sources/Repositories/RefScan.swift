// SPDX-License-Identifier: Apache-2.0

package import Git

/// What the watched refs of a repository point to, read once.
package struct RefScan: Sendable, Hashable {
    /// Full name to object.
    package var targets: [RefName: ObjectID] = [:]
    /// Watched refs that are there but cannot be read; they count as unchanged until they can.
    package var unreadable: [String] = []
    /// Branches whose names are not UTF-8, these bytes replaced: they cannot be watched, whatever the patterns say.
    package var unnamed: [String] = []

    package init() {}

    /// Reads the refs.
    ///
    /// Blocks for as long as libgit2 takes: 0.1 ms for a few refs, a few milliseconds for thousands.
    /// - Parameters:
    ///   - path: the git directory.
    ///   - patterns: which branches count.
    ///   - known: what was last seen. A known ref that this reading did not find is looked up once more before it counts as
    ///     gone, because `git pack-refs` may move it while the others are read.
    /// - Returns: what the refs point to now.
    /// - Throws: when the repository cannot be opened or read at all; nothing is known about any ref then.
    package static func read(
        _ path: String,
        patterns: BranchPatterns,
        known: [RefName: ObjectID] = [:]
    ) throws(GitError) -> RefScan {
        let repository = try GitRepository.open(bare: path)
        var scan = RefScan()
        if let refs = patterns.literalRefs {
            for ref in refs { scan.add(ref, from: repository, known: known) }
            return scan
        }
        let found = try repository.references(under: patterns.isEverything ? "refs/" : "refs/heads/")
        scan.unnamed = found.unreadable.filter { $0.hasPrefix("refs/heads/") }
        for reference in found.direct where patterns.contains(ref: reference.name) {
            scan.targets[RefName(reference.name)] = reference.target
        }
        for ref in known.keys.sorted() where scan.targets[ref] == nil && patterns.contains(ref: ref.text) {
            scan.add(ref, from: repository, known: known)
        }
        for ref in patterns.alsoRefs.sorted() where scan.targets[ref] == nil && known[ref] == nil {
            scan.add(ref, from: repository, known: known)
        }
        return scan
    }

    /// Looks up one ref.
    private mutating func add(_ ref: RefName, from repository: GitRepository, known: [RefName: ObjectID]) {
        do throws(GitError) {
            targets[ref] = try repository.directTarget(of: ref.text)
        } catch  where error.code == .invalid {
            // A pattern such as `a..b`: no ref can have this name.
        } catch {
            unreadable.append(ref.text)
            targets[ref] = known[ref]
        }
    }

    /// What is different from what was last seen, ordered by name.
    ///
    /// Of `known` only refs that `patterns` names count; the others are not watched any more, but not gone.
    package func changes(since known: [RefName: ObjectID], patterns: BranchPatterns) -> [RefChange] {
        var changes: [RefChange] = []
        for (ref, new) in targets where known[ref] != new {
            changes.append(RefChange(ref: ref.text, old: known[ref] ?? .zero, new: new))
        }
        for (ref, old) in known where targets[ref] == nil && patterns.contains(ref: ref.text) {
            changes.append(RefChange(ref: ref.text, old: old, new: .zero))
        }
        return changes.sorted { $0.ref.utf8.lexicographicallyPrecedes($1.ref.utf8) }
    }
}
