// SPDX-License-Identifier: Apache-2.0

internal import Files

/// Keeps the caches of all projects within a size: what was not used for the longest time goes first.
struct CacheEviction {
    let limitBytes: Int

    /// Removes entries until the rest fits; never one that is being read.
    ///
    /// - Parameters:
    ///   - directory: one project's folder; those beside it are the other projects'.
    ///   - kept: the path of the entry that must stay.
    /// - Returns: lines for the build log.
    func run(beside directory: String, keeping kept: String) -> [String] {
        guard let slash = directory.lastIndex(of: "/") else { return [] }
        let parent = String(directory[..<slash])
        let projects = ((try? DirectoryListing.names(of: parent)) ?? []).map { "\(parent)/\($0)" }
        var entries = projects.flatMap { CacheEntry.all(in: $0) }
        var total = entries.reduce(0) { $0 + $1.size }
        if total <= limitBytes { return [] }
        entries.sort { $0.lastUsed < $1.lastUsed }
        var (count, freed) = (0, 0)
        for entry in entries where entry.path != kept && total > limitBytes {
            guard CacheEntry.removeUnused(entry.path) else { continue }
            total -= entry.size
            freed += entry.size
            count += 1
        }
        if count == 0 { return [] }
        let what = count == 1 ? "1 cache entry" : "\(count) cache entries"
        return [
            "Removed \(what), \(CacheText.size(freed)), unused for the longest time: "
                + "all caches together may take \(CacheText.size(limitBytes))"
        ]
    }
}
