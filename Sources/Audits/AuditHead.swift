// SPDX-License-Identifier: Apache-2.0

package import Digests
internal import JSON

/// Where the chain stands: by it a missing end is noticed.
///
/// It lies in a file beside the log, and the daemon writes it into its own log, which is elsewhere.
package struct AuditHead: Sendable, Hashable, Codable {
    /// What the first line of all names as the line before it: the sum of nothing.
    package static let origin = SHA256Digest(of: [])

    /// The number of the last record; 0: there is none.
    package var sequence: Int64
    /// The sum of its line.
    package var digest: SHA256Digest
    /// The number of the first record in the file that is written now.
    var first: Int64
    /// The bytes of that file.
    var size: Int64

    /// The numbers that records may have: more were never written, and would overflow.
    static let sequences: ClosedRange<Int64> = 1...1 << 53

    /// No record yet.
    static let start = AuditHead(sequence: 0, digest: origin, first: 1, size: 0)

    /// `SEQUENCE:SUM`, for the daemon's log and for people.
    package var text: String { "\(sequence):\(digest.hex)" }

    /// The file's length, always the same, so that it is replaced in place and whole.
    static let fileBytes = 256

    /// Reads the file; nil where it says nothing that makes sense.
    init?(file bytes: [UInt8]) {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")),
            let head = try? JSONText.decode(AuditHead.self, from: Array(bytes[..<end])),
            head.sequence == 0 || Self.sequences.contains(head.sequence),
            Self.sequences.contains(head.first),
            (0...1 << 53).contains(head.size)
        else { return nil }
        self = head
    }

    init(sequence: Int64, digest: SHA256Digest, first: Int64, size: Int64) {
        self.sequence = sequence
        self.digest = digest
        self.first = first
        self.size = size
    }

    /// The file's content.
    var file: [UInt8] {
        let line = ((try? JSONText.encode(self)) ?? []) + [UInt8(ascii: "\n")]
        return line + [UInt8](repeating: UInt8(ascii: "\n"), count: max(0, Self.fileBytes - line.count))
    }

    /// Takes in a line that was written behind the last one.
    mutating func advance(over line: some Collection<UInt8>) {
        sequence += 1
        digest = SHA256Digest(of: Array(line))
        size += Int64(line.count) + 1
    }
}
