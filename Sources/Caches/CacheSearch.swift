// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// Looks for the entries that a build can start from, best first.
struct CacheSearch {
    /// What was noticed on the way, as lines for the log.
    private(set) var lines: [String] = []
    private let directory: String
    private let version: String
    private let now: Int
    private var tried: Set<String> = []
    private var triedExact = false
    private var known: [(path: String, manifest: PackManifest)]?

    /// An open entry.
    struct Found: ~Copyable {
        let path: String
        /// The fallback key that it begins with; nil where it is the very entry.
        let fallback: String?
        let reader: PackReader
    }

    init(directory: String, version: String, now: Int) {
        self.directory = directory
        self.version = version
        self.now = now
    }

    /// The best entry that was not given yet.
    mutating func next(for request: CacheRequest) -> Found? {
        if !triedExact {
            triedExact = true
            let path = "\(directory)/\(CacheEntry.name(key: request.key, version: version))"
            if let reader = open(path, request.key.map { "key \($0)" } ?? "the cache without a key") {
                return Found(path: path, fallback: nil, reader: reader)
            }
        }
        guard request.key != nil else { return nil }
        let entries = list()
        for fallback in request.fallbackKeys where !fallback.isEmpty {
            let fitting = entries.filter { entry in
                entry.manifest.version == version
                    && entry.manifest.key.map { $0.utf8.starts(with: fallback.utf8) } == true
            }
            for entry in fitting.sorted(by: { $0.manifest.savedAt > $1.manifest.savedAt }) {
                if tried.contains(entry.path) { continue }
                if let reader = open(entry.path, "key \(entry.manifest.key ?? "")") {
                    return Found(path: entry.path, fallback: fallback, reader: reader)
                }
            }
        }
        return nil
    }

    /// Says why nothing fits.
    mutating func missLine(for request: CacheRequest) -> String {
        guard let key = request.key else { return "Cache miss: no build of these paths has saved a cache yet" }
        let missing = "Cache miss: no entry with key \(key)"
        let keyed = list().filter { $0.manifest.key != nil }
        if keyed.contains(where: { $0.manifest.key == key && $0.manifest.version != version }) {
            return "\(missing) for these paths; there is one for other paths"
        }
        let near = keyed.filter { $0.manifest.version == version }.map { entry in
            (common: Self.common(entry.manifest.key ?? "", key), entry: entry.manifest)
        }
        let best = near.max { ($0.common, $0.entry.savedAt) < ($1.common, $1.entry.savedAt) }
        guard let best, best.common > 0 else { return missing }
        let age = CacheText.age(milliseconds: now - best.entry.savedAt)
        return "\(missing); nearest is \(best.entry.key ?? "") (\(age))"
    }

    /// Removes an entry that has turned out not to be what was written.
    mutating func removeDamaged(_ path: String, _ name: String, _ error: CacheError, inode: UInt) {
        lines.append("Cache entry removed: \(name) is damaged: \(error)")
        var status = stat()
        // Not one that has taken its place since.
        guard unsafe lstat(path, &status) == 0, inode == 0 || status.st_ino == inode else { return }
        try? Folder.remove(path)
    }

    private mutating func open(_ path: String, _ name: String) -> PackReader? {
        tried.insert(path)
        do throws(CacheError) {
            return try PackReader.open(path)
        } catch {
            if error.code == .damaged {
                removeDamaged(path, name, error, inode: 0)
            } else {
                lines.append("Cache entry not read: \(name): \(error)")
            }
            return nil
        }
    }

    /// All readable entries of the project; read once.
    private mutating func list() -> [(path: String, manifest: PackManifest)] {
        if let known { return known }
        var result: [(path: String, manifest: PackManifest)] = []
        for entry in CacheEntry.all(in: directory) {
            guard let reader = try? PackReader.open(entry.path) else { continue }
            result.append((entry.path, reader.manifest))
        }
        known = result
        return result
    }

    private static func common(_ first: String, _ second: String) -> Int {
        zip(first.utf8, second.utf8).prefix { $0 == $1 }.count
    }
}
