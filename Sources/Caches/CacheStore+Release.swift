// SPDX-License-Identifier: Apache-2.0

internal import Files

extension CacheStore {
    /// What the caches of all projects take.
    package static func bytes(below root: String) -> Int64 {
        entries(below: root).reduce(0) { $0 + Int64($1.size) }
    }

    /// Removes caches, those first that were not used for the longest time, never one that is being read.
    /// - Returns: the bytes that this has freed.
    package static func release(_ bytes: Int64, below root: String) -> Int64 {
        var freed: Int64 = 0
        for entry in entries(below: root).sorted(by: { $0.lastUsed < $1.lastUsed }) where freed < bytes {
            if CacheEntry.removeUnused(entry.path) { freed += Int64(entry.size) }
        }
        return freed
    }

    private static func entries(below root: String) -> [CacheEntry] {
        ((try? DirectoryListing.names(of: root)) ?? []).flatMap { CacheEntry.all(in: "\(root)/\($0)") }
    }
}
