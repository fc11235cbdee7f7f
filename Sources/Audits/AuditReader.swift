// SPDX-License-Identifier: Apache-2.0

package import Files

/// Reads records, without checking that they follow each other.
package enum AuditReader {
    /// The newest records, the oldest of them first.
    ///
    /// Lines that are no records are left out.
    ///
    /// * `limit`: how many at most.
    /// * `since`: those that are not older than this instant, as records write it.
    package static func newest(
        of files: AuditFiles,
        limit: Int,
        since: String? = nil
    ) throws(FileError) -> [AuditRecord] {
        var newest: [AuditRecord] = []
        let snapshot = try AuditSnapshot(files)
        add(snapshot.current ?? [], to: &newest, limit, since)
        for path in snapshot.archives.reversed() where newest.count < limit {
            add(try AtomicFile.read(path), to: &newest, limit, since)
        }
        return newest.reversed()
    }

    private static func add(_ bytes: [UInt8], to newest: inout [AuditRecord], _ limit: Int, _ since: String?) {
        for line in AuditRepair.split(bytes).lines.reversed() {
            guard newest.count < limit else { return }
            guard let record = AuditRecord(line: line) else { continue }
            // Texts of one form: their order is that of the instants. A clock that was set back does not end the search.
            if let since, record.time < since { continue }
            newest.append(record)
        }
    }
}
