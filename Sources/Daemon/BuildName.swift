// SPDX-License-Identifier: Apache-2.0

internal import Journals
internal import WireWords

/// The names that people give to builds.
enum BuildName {
    /// The builds that a name may mean: an id, the beginning of a UUID, `PROJECT#NUMBER`, `PROJECT` or `latest` for the newest.
    static func find(_ name: String, in journal: Journal) throws(JournalError) -> [BuildRecord] {
        if name == "latest" { return try one(journal.latestBuild()) }
        if let id = BuildID(name) { return try one(journal.build(id)) }
        if let hash = name.lastIndex(of: "#") {
            guard let number = Int64(name[name.index(after: hash)...]) else { return [] }
            return try one(journal.build(project: String(name[..<hash]), number: number))
        }
        if let latest = try journal.latestBuild(project: name) { return [latest] }
        // Fewer characters would soon be ambiguous, and may be a project's misspelt name.
        return name.utf8.count >= 4 ? try journal.builds(uuidPrefix: name) : []
    }

    /// The batches that a name may mean: an id, the beginning of a UUID, `PROJECT#batchNUMBER`.
    static func findBatches(_ name: String, in journal: Journal) throws(JournalError) -> [BatchRecord] {
        if let id = BuildID(name) { return try journal.batch(id).map { [$0] } ?? [] }
        if let hash = name.lastIndex(of: "#") {
            let number = name[name.index(after: hash)...]
            guard number.hasPrefix("batch"), let number = Int64(number.dropFirst(5)) else { return [] }
            return try journal.batch(project: String(name[..<hash]), number: number).map { [$0] } ?? []
        }
        return name.utf8.count >= 4 ? try journal.batches(uuidPrefix: name) : []
    }

    private static func one(_ record: BuildRecord?) -> [BuildRecord] {
        record.map { [$0] } ?? []
    }
}
