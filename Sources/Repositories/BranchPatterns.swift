// SPDX-License-Identifier: Apache-2.0

/// Which branches of a repository are watched.
package struct BranchPatterns: Sendable, Hashable {
    private static let prefix = "refs/heads/"

    /// `main` and `model`.
    package static let standard = BranchPatterns(["main", "model"])

    /// The patterns as they were given.
    package let texts: [String]
    private let patterns: [GlobPattern]

    /// - Parameter texts: branch names or globs (see `GlobPattern`); `refs/heads/` before them is allowed.
    package init(_ texts: [String]) {
        self.texts = texts
        patterns = texts.map { GlobPattern($0.hasPrefix(Self.prefix) ? String($0.dropFirst(Self.prefix.count)) : $0) }
    }

    /// Whether a ref, by its full name, is a branch that is watched; tags and other namespaces never are.
    package func contains(ref: String) -> Bool {
        guard let branch = Self.branch(ofRef: ref) else { return false }
        return patterns.contains { $0.matches(branch) }
    }

    /// The full names of the watched branches where no pattern has wildcards; nil otherwise.
    package var literalRefs: [String]? {
        let names = patterns.compactMap(\.literal)
        return names.count == patterns.count ? names.map { Self.prefix + $0 } : nil
    }

    /// The branch's name within `refs/heads/`; nil for other refs.
    package static func branch(ofRef ref: String) -> String? {
        ref.hasPrefix(prefix) && ref.utf8.count > prefix.utf8.count ? String(ref.dropFirst(prefix.count)) : nil
    }
}
