// SPDX-License-Identifier: Apache-2.0

extension TriggerDeclaration.Filter {
    /// Whether a name passes: one of the includes matches, where there are any, and none of the excludes.
    package func matches(_ name: String) -> Bool {
        Compiled(self).matches(name)
    }

    /// The patterns, read once for many names; one that is none matches nothing.
    fileprivate struct Compiled {
        /// Nil: everything.
        private let includes: [TriggerGlob]?
        private let excludes: [TriggerGlob]

        init(_ filter: TriggerDeclaration.Filter) {
            let included = filter.includes ?? []
            includes = included.isEmpty ? nil : included.compactMap { TriggerGlob($0) }
            excludes = (filter.excludes ?? []).compactMap { TriggerGlob($0) }
        }

        func matches(_ name: String) -> Bool {
            (includes?.contains { $0.matches(name) } ?? true) && !excludes.contains { $0.matches(name) }
        }
    }
}

extension TriggerDeclaration.Push {
    private static let branchPrefix = "refs/heads/"
    private static let tagPrefix = "refs/tags/"

    /// Whether all that is named holds for a push; what names neither tags nor branches means any branch.
    /// - Parameters:
    ///   - ref: the full name, such as `refs/heads/main`.
    ///   - changedFiles: paths that differ between the old and the new commit; only looked at where there are `filePaths`.
    /// - Returns: whether all holds.
    package func matches(ref: String, changedFiles: [String]) -> Bool {
        guard matches(ref: ref) else { return false }
        guard let filePaths else { return true }
        let filter = TriggerDeclaration.Filter.Compiled(filePaths)
        return changedFiles.contains { filter.matches($0) }
    }

    /// Whether all that is named but the files holds.
    package func matches(ref: String) -> Bool {
        if ref.utf8.starts(with: Self.tagPrefix.utf8) {
            return tags?.matches(Self.name(ref, after: Self.tagPrefix)) ?? false
        }
        guard ref.utf8.starts(with: Self.branchPrefix.utf8) else { return false }
        if let branches { return branches.matches(Self.name(ref, after: Self.branchPrefix)) }
        return tags == nil
    }

    /// By bytes: an accent at the beginning of a name and the slash before it are one character to Swift.
    private static func name(_ ref: String, after prefix: String) -> String {
        String(Substring(ref.utf8.dropFirst(prefix.utf8.count)))
    }
}
