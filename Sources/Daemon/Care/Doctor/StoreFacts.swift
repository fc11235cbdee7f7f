// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Digests
internal import Files

/// The store of artifacts, every byte of it.
struct StoreFacts: Sendable, Hashable {
    var count = 0
    /// Files whose bytes are not those that their names say.
    var damaged: [String] = []
    /// Files that could not be read: a sentence each.
    var unread: [String] = []

    /// Reads the whole store.
    static func probe(_ home: Home) -> StoreFacts {
        var facts = StoreFacts()
        for folder in names(of: home.artifacts) where folder.utf8.count == 2 {
            for name in names(of: "\(home.artifacts)/\(folder)") {
                guard let digest = SHA256Digest(hex: folder + name) else { continue }
                let path = "\(home.artifacts)/\(folder)/\(name)"
                facts.count += 1
                do throws(FileError) {
                    if try SHA256Digest(ofFileAt: path) != digest { facts.damaged.append(path) }
                } catch {
                    // Retention may have taken it since it was listed.
                    if !error.isMissing { facts.unread.append("\(error)") }
                }
            }
        }
        return facts
    }

    func findings() -> [Finding] {
        let damage = damaged.map { path in
            Finding(
                .problem,
                "artifact",
                "\(path) is damaged: its SHA-256 is not its name",
                remedy: "bring it back from a backup, or move it away and run again what made it"
            )
        }
        let faults = unread.map { Finding(.problem, "artifact", "cannot be read: \($0)") }
        let all = damage + faults
        return all.isEmpty ? [Finding(.ok, "artifact", "all \(count) are as they were stored")] : all
    }

    private static func names(of folder: String) -> [String] {
        ((try? DirectoryListing.names(of: folder)) ?? []).sorted()
    }
}
