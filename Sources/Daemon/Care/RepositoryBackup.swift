// SPDX-License-Identifier: Apache-2.0

internal import Backups
internal import Files

/// Puts a hosted repository into a backup while people push to it and git tidies it up.
///
/// Refs first, objects afterwards: what a ref leads to was there before the ref, and objects only become more. Loose objects
/// before packs: `git repack` writes a pack before it removes what is in it, so that an object is met in one place or the
/// other. For the same reason loose refs come before `packed-refs`.
struct RepositoryBackup {
    /// How often packs are looked for again that were made meanwhile.
    private static let lookLimit = 20

    /// The repository's absolute path.
    let source: String
    /// What it is called in the backup.
    let path: String

    func add(to tree: TreeBackup) throws(BackupError) {
        try tree.add(folder: source, as: path) { name, depth in
            // Only its own entry: what is in it follows in order.
            depth == 0
        }
        try tree.add(folder: "\(source)/refs", as: "\(path)/refs") { name, _ in Self.isUnfinished(name) }
        for name in ["packed-refs", "HEAD"] { try tree.add(file: "\(source)/\(name)", as: "\(path)/\(name)") }
        let own: Set<String> = ["refs", "packed-refs", "HEAD", "objects"]
        for name in names(of: source).sorted() where !own.contains(name) && !Self.isUnfinished(name) {
            let place = "\(source)/\(name)"
            if Folder.isFolder(place) {
                try tree.add(folder: place, as: "\(path)/\(name)") { name, _ in Self.isUnfinished(name) }
            } else {
                try tree.add(file: place, as: "\(path)/\(name)")
            }
        }
        try tree.add(folder: "\(source)/objects", as: "\(path)/objects") { name, depth in
            depth == 0 && (name == "pack" || Self.isUnfinished(name) || name.hasPrefix("incoming-"))
                || Self.isDerived(name)
        }
        try addPacks(to: tree)
    }

    /// Adds the packs, again and again until there is none that has not been seen: one that is gone has another in its place.
    private func addPacks(to tree: TreeBackup) throws(BackupError) {
        let packs = "\(source)/objects/pack"
        guard Folder.isFolder(packs) else { return }
        try tree.add(folder: packs, as: "\(path)/objects/pack") { _, depth in depth == 0 }
        var seen: Set<String> = []
        for _ in 0..<Self.lookLimit {
            let new = names(of: packs).filter { !seen.contains($0) && !Self.isUnfinished($0) && !Self.isDerived($0) }
            if new.isEmpty { return }
            // An index last, since git takes a pack for whole when it has one.
            for name in new.sorted(by: { ($0.hasSuffix(".idx") ? 1 : 0, $0) < ($1.hasSuffix(".idx") ? 1 : 0, $1) }) {
                try tree.add(file: "\(packs)/\(name)", as: "\(path)/objects/pack/\(name)")
                seen.insert(name)
            }
        }
        tree.note("\(path): its packs change faster than they can be copied; try again")
    }

    private func names(of folder: String) -> [String] { (try? DirectoryListing.names(of: folder)) ?? [] }

    /// What git has not given its name yet.
    private static func isUnfinished(_ name: String) -> Bool {
        name.hasSuffix(".lock") || name.hasPrefix("tmp_") || name.hasPrefix(".tmp-")
    }

    /// What git makes of the objects by itself, and what could name others than were copied.
    private static func isDerived(_ name: String) -> Bool {
        name.hasPrefix("multi-pack-index") || name.hasPrefix("commit-graph") || name == "packs"
    }
}
