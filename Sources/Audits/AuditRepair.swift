// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import Files
internal import Glibc

/// Finds where the chain stands, and mends what a crash has left.
///
/// Nothing that was on record is ever taken away: only a line without its end goes, which nobody was told of. The caller has
/// the lock.
struct AuditRepair {
    private let files: AuditFiles

    init(_ files: AuditFiles) {
        self.files = files
    }

    /// Where the next line goes, and what is to be put on record about the repair.
    ///
    /// * `known`: what the head's file says; nil where it is missing or damaged.
    func stand(by known: AuditHead?) throws(FileError) -> (head: AuditHead, repairs: [AuditEntry]) {
        let size = try self.size(files.current)
        if let known, known.size == size { return (known, []) }
        guard var head = known else { return try standWithoutHead() }
        if size < head.size, try self.size(files.archive(first: head.first)) >= head.size {
            // The file was put away, and then came a crash.
            head.first = head.sequence + 1
            head.size = 0
        }
        guard size >= head.size else { return cutOff(head, size) }
        var repairs: [AuditEntry] = []
        let (lines, rest) = try tail(from: head.size)
        for line in lines {
            // Those that were written before the head was brought forward; others are kept, and shown by `verify`.
            if AuditRecord(line: line)?.previous != head.digest {
                repairs = [entry("audit.repaired", ["reason": "lines were added that do not follow"])]
            }
            head.advance(over: line)
        }
        if rest > 0 { repairs.append(try cutHalfLine(head.size, rest)) }
        return (head, repairs)
    }

    /// Lines are missing at the end: the chain goes on from the last that is known of, so that the gap is there to be seen.
    private func cutOff(_ known: AuditHead, _ size: Int64) -> (AuditHead, [AuditEntry]) {
        var head = known
        head.size = size
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
        let (lines, rest) = try tail(from: 0)
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
        var repairs = [entry("audit.repaired", ["reason": "the head was missing or damaged"])]
        if rest > 0 { repairs.append(try cutHalfLine(head.size, rest)) }
        return (head, repairs)
    }

    private func cutHalfLine(_ size: Int64, _ rest: Int64) throws(FileError) -> AuditEntry {
        let file = try Descriptor.open(files.current, O_WRONLY | O_NOFOLLOW)
        try FileError.check("ftruncate", files.current) { ftruncate(file.number, Int(size)) }
        return entry(
            "audit.repaired",
            ["reason": "the last line had no end", "removedBytes": "\(rest)"]
        )
    }

    private func entry(_ action: String, _ details: [String: String]) -> AuditEntry {
        AuditEntry(.current(.daemon), action, files.current, details)
    }

    // MARK: - Reading

    /// The whole lines behind a place, and the bytes of a last one without its end.
    private func tail(
        from offset: Int64
    ) throws(FileError) -> (
        lines: [ArraySlice<UInt8>], rest: Int64
    ) {
        guard Folder.exists(files.current) else { return ([], 0) }
        let file = try Descriptor.open(files.current, O_RDONLY | O_NOFOLLOW)
        try FileError.check("lseek", files.current) { lseek(file.number, Int(offset), SEEK_SET) }
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
