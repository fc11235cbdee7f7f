// SPDX-License-Identifier: Apache-2.0

internal import Files

/// A path in a revision, as an appspec writes it: with or without a slash before it, never leading outside.
struct RevisionPath: Sendable, Hashable {
    /// Without `.` and empty names; empty for the revision itself.
    let names: [Substring]

    /// Nil for a path with `..`.
    init?(_ text: String) {
        let names = Paths.names(text).filter { $0 != "." }
        guard !names.contains("..") else { return nil }
        self.names = names
    }

    /// The place in a folder that holds the revision.
    func path(in folder: String) -> String {
        ([Substring(folder)] + names).joined(separator: "/")
    }
}
