// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import Files
internal import Globs

/// One of a cache's `paths`: a folder to look in, and a pattern for what is below it.
struct CachePath: Sendable {
    /// As written, variables replaced.
    let text: String
    /// The folder before the first wildcard, or around the last name: absolute, links not resolved.
    let base: String
    /// The pattern below `base`.
    let glob: Glob

    /// Reads a path.
    /// - Throws: `GlobError` for a pattern that cannot be read.
    init(_ text: String, root: String) throws(GlobError) {
        self.text = text
        let names = Paths.names(text).filter { $0 != "." }
        let start = text.hasPrefix("/") ? "" : root
        guard let last = names.indices.last else {
            // `.` or `/`: all that is in there.
            base = start.isEmpty ? "/" : start
            glob = try Glob("**/*")
            return
        }
        let first = names.firstIndex { $0.contains { "*?[\\".contains($0) } } ?? last
        base = Paths.normalized("\(start)/" + names[..<first].joined(separator: "/"))
        glob = try Glob(names[first...].joined(separator: "/"))
    }

    /// Whether it lies in the source folder, whose files give way to cached ones.
    func isInside(_ root: String) -> Bool {
        base == root || base.hasPrefix(root + "/")
    }

    /// Tells caches for different paths apart: a sum over the patterns, in any order.
    static func version(of paths: [String]) -> String {
        let text = Set(paths).sorted().joined(separator: "\n")
        return String(SHA256Digest(of: Array(text.utf8)).hex.prefix(16))
    }
}
