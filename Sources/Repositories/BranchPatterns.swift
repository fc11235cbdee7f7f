// SPDX-License-Identifier: Apache-2.0

/// Which branches of a repository are watched.
package struct BranchPatterns: Sendable, Hashable {
    private static let prefix = "refs/heads/"

    /// `main` and `model`.
    package static let standard = BranchPatterns(["main", "model"])

    /// The patterns as they were given.
    package let texts: [String]
    private let patterns: [GlobPattern]
    /// Refs that are watched beside the patterns, by their full names; tags, too.
    package let alsoRefs: Set<RefName>
    /// Whether every branch and every tag is watched.
    package let isEverything: Bool

    /// - Parameters:
    ///   - texts: branch names or globs (see `GlobPattern`); `refs/heads/` before them is allowed.
    ///   - alsoRefs: full names of refs that are watched whatever the patterns say.
    ///   - isEverything: whether every branch and every tag is.
    package init(_ texts: [String], alsoRefs: Set<RefName> = [], isEverything: Bool = false) {
        self.texts = texts
        self.alsoRefs = alsoRefs
        self.isEverything = isEverything
        patterns = texts.map { GlobPattern($0.hasPrefix(Self.prefix) ? String($0.dropFirst(Self.prefix.count)) : $0) }
    }

    /// Whether a ref, by its full name, is watched: as a branch by a pattern, else only where it is named or everything is.
    package func contains(ref: String) -> Bool {
        if alsoRefs.contains(RefName(ref)) { return true }
        if isEverything, ref.utf8.starts(with: Self.prefix.utf8) || ref.utf8.starts(with: "refs/tags/".utf8) {
            return true
        }
        guard let branch = Self.branch(ofRef: ref) else { return false }
        return patterns.contains { $0.matches(branch) }
    }

    /// The full names of the watched refs where no pattern has wildcards; nil otherwise.
    package var literalRefs: [RefName]? {
        let names = patterns.compactMap(\.literal).map { RefName(Self.prefix + $0) }
        guard !isEverything, names.count == patterns.count else { return nil }
        return alsoRefs.isEmpty ? names : Array(alsoRefs.union(names))
    }

    /// The branch's name within `refs/heads/`; nil for other refs.
    ///
    /// By bytes, as git has it: an accent at the beginning of a name and the slash before it are one character to Swift.
    package static func branch(ofRef ref: String) -> String? {
        guard ref.utf8.starts(with: prefix.utf8), ref.utf8.count > prefix.utf8.count else { return nil }
        return String(Substring(ref.utf8.dropFirst(prefix.utf8.count)))
    }
}
