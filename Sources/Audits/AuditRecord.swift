// SPDX-License-Identifier: Apache-2.0

package import Digests
internal import JSON

/// One line of the log.
package struct AuditRecord: Sendable, Hashable, Codable {
    /// From 1, without gaps.
    package let sequence: Int64
    /// The SHA-256 of the line before this one, without its end of line; that of nothing for the first.
    package let previous: SHA256Digest
    /// UTC, with milliseconds.
    package let time: String
    package let who: AuditActor
    package let action: String
    package let subject: String
    package let details: [String: String]

    /// Reads a line without its end of line; nil for anything that is not one.
    package init?(line: some Collection<UInt8>) {
        guard let record = try? JSONText.decode(AuditRecord.self, from: Array(line)),
            AuditHead.sequences.contains(record.sequence)
        else { return nil }
        self = record
    }

    init(_ entry: AuditEntry, sequence: Int64, previous: SHA256Digest, time: String) {
        self.sequence = sequence
        self.previous = previous
        self.time = time
        who = entry.who
        action = entry.action
        subject = entry.subject
        details = entry.details
    }

    /// The line, without its end.
    var line: [UInt8] { (try? JSONText.encode(self)) ?? [] }
}
