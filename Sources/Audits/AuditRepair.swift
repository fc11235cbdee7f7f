// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import Files
internal import Glibc

/// Finds where the chain stands, and mends what a crash has left.
///
/// Nothing that was on record is ever taken away: only a line without its end goes, which nobody was told of. The caller has
/// the lock.
struct AuditRepair {
    private static let repaired = "audit.repaired"
    private static let missingHead = "the head was missing or damaged"

    /// Whether the chain had to go on without a head here, by which a missing end would have shown.
    static func tellsOfMissingHead(_ record: AuditRecord) -> Bool {
        record.action == repaired && record.details["reason"] == missingHead
    }

    private let files: AuditFiles

    init(_ files: AuditFiles) {
        self.files = files
    }

    /// Where the next line goes, and what is to be put on record about the repair.
    ///
    /// * `known`: what the head's file says; nil where it is missing or damaged.
    func stand(by known: AuditHead?) throws(FileError) -> (head: AuditHead, repairs: [AuditEntry]) {
        guard var head = known else { return try standWithoutHead() }
        var follows = true
        var archive = files.archive(first: head.first)
        while try self.size(archive) >= max(head.size, 1) {
            // The file was put away, and then came a crash, before the head told of it.
            follows = advance(&head, over: try tail(of: archive, from: head.size).lines) && follows
            guard head.sequence >= head.first else { break }
            head.first = head.sequence + 1
            head.size = 0
            archive = files.archive(first: head.first)
        }
        let size = try self.size(files.current)
        guard size >= head.size else { return try cutOff(head, size) }
        var rest: Int64 = 0
        if size > head.size {
            let tail = try tail(of: files.current, from: head.size)
            follows = advance(&head, over: tail.lines) && follows
            rest = tail.rest
        }
        var repairs: [AuditEntry] = []
        if !follows { repairs.append(entry(Self.repaired, ["reason": "lines were added that do not follow"])) }
        if rest > 0 { repairs.append(try cutHalfLine(head.size, rest)) }
        return (head, repairs)
    }

    /// Takes in lines that were written before the head was brought forward; others are kept, and shown by `verify`.
    /// - Returns: whether they follow.
    private func advance(_ head: inout AuditHead, over lines: [ArraySlice<UInt8>]) -> Bool {
        var follows = true
        for line in lines {
            if AuditRecord(line: line)?.previous != head.digest { follows = false }
            head.advance(over: line)
        }
        return follows
    }

    /// Lines are missing at the end: the chain goes on from the last that is known of, so that the gap is there to be seen.
    private func cutOff(_ known: AuditHead, _ size: Int64) throws(FileError) -> (AuditHead, [AuditEntry]) {
        var head = known
        head.size = size
        if size > 0, try tail(of: files.current, from: size - 1).rest > 0 {
            // Half a line stays where it is; the next one is not to be taken for its end.
            try Descriptor.open(files.current, O_WRONLY | O_APPEND | O_NOFOLLOW).writeAll("\n")
            head.size += 1
        }
        let details = [
            "reason": "the end of the log is missing", "known": known.text,
            "missingBytes": "\(known.size - size)",
        ]
        return (head, [entry("audit.truncated", details)])
    }

    /// The head is missing or damaged: the last line says where the chain stands.
    private func standWithoutHead() throws(FileError) -> (AuditHead, [AuditEntry]) {
        guard try !files.all().isEmpty else { return (.start, []) }
        let size = try self.size(files.current)
        let (lines, rest) = try tail(of: files.current, from: 0)
        var last = lines.last
        if last == nil, let archive = try files.archives().last {
            last = try Self.split(AtomicFile.read(archive)).lines.last
        }
        var head = AuditHead.start
        if let last {
            let first = lines.first.flatMap { AuditRecord(line: $0)?.sequence }
            let sequence = AuditRecord(line: last)?.sequence ?? 0
            head = AuditHead(
                sequence: sequence,
                digest: SHA256Digest(of: Array(last)),
                first: first ?? sequence + 1,
                size: size - rest
            )
        }
        var repairs = [entry(Self.repaired, ["reason": Self.missingHead])]
        if rest > 0 { repairs.append(try cutHalfLine(head.size, rest)) }
        return (head, repairs)
    }

    private func cutHalfLine(_ size: Int64, _ rest: Int64) throws(FileError) -> AuditEntry {
        let file = try Descriptor.open(files.current, O_WRONLY | O_NOFOLLOW)
        try FileError.check("ftruncate", files.current) { ftruncate(file.number, Int(size)) }
        return entry(
            Self.repaired,
            ["reason": "the last line had no end", "removedBytes": "\(rest)"]
        )
    }

    private func entry(_ action: String, _ details: [String: String]) -> AuditEntry {
        AuditEntry(.current(.daemon), action, files.current, details)
    }

    // MARK: - Reading

    /// The whole lines behind a place, and the bytes of a last one without its end.
    private func tail(
        of path: String,
        from offset: Int64
    ) throws(FileError) -> (
        lines: [ArraySlice<UInt8>], rest: Int64
    ) {
        guard Folder.exists(path) else { return ([], 0) }
        let file = try Descriptor.open(path, O_RDONLY | O_NOFOLLOW)
        try FileError.check("lseek", path) { lseek(file.number, Int(offset), SEEK_SET) }
        return Self.split(try file.readToEnd())
    }

    /// Lines without their ends, and how many bytes follow the last one.
    static func split(_ bytes: [UInt8]) -> (lines: [ArraySlice<UInt8>], rest: Int64) {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(bytes[start..<end])
            start = end + 1
        }
        return (lines, Int64(bytes.count - start))
    }

    private func size(_ path: String) throws(FileError) -> Int64 {
        guard Folder.exists(path) else { return 0 }
        return Int64(try Descriptor.open(path, O_RDONLY | O_NOFOLLOW).status().st_size)
    }
}
