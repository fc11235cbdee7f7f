// SPDX-License-Identifier: Apache-2.0

internal import Digests
package import Files
internal import Glibc

/// Checks that a log is what was written.
package enum AuditVerifier {
    /// Some lines to be checked.
    private enum Part {
        case file(String)
        /// A file that has been read already.
        case content(of: String, [UInt8])

        var path: String {
            switch self {
            case .file(let path), .content(let path, _): path
            }
        }

        func read() throws(FileError) -> [UInt8] {
            switch self {
            case .file(let path): try AtomicFile.read(path)
            case .content(_, let bytes): bytes
            }
        }
    }

    /// Checks the log of a folder: from its first record to the one that the head knows of.
    ///
    /// * `isExpected`: whether there must be one.
    package static func verify(_ files: AuditFiles, isExpected: Bool = false) throws(FileError) -> AuditVerdict {
        let snapshot = try AuditSnapshot(files)
        var parts = snapshot.archives.map { Part.file($0) }
        if let current = snapshot.current { parts.append(.content(of: files.current, current)) }
        var verdict = try check(parts, isWhole: true)
        if verdict.problem == nil {
            verdict.problem = try end(files, snapshot.head, parts, verdict, isExpected) ?? verdict.lostHead
        }
        return verdict
    }

    /// Checks that the lines of files follow each other, in the order given.
    package static func verify(_ paths: [String]) throws(FileError) -> AuditVerdict {
        var verdict = try check(paths.map { .file($0) }, isWhole: false)
        verdict.problem = verdict.problem ?? verdict.lostHead
        return verdict
    }

    /// What is wrong with the end of a log whose lines follow each other.
    private static func end(
        _ files: AuditFiles,
        _ head: AuditHead?,
        _ parts: [Part],
        _ verdict: AuditVerdict,
        _ isExpected: Bool
    ) throws(FileError) -> AuditProblem? {
        guard let head else {
            if parts.isEmpty {
                return isExpected
                    ? AuditProblem(file: files.current, line: 0, message: "there is none, though the home is in use")
                    : nil
            }
            return AuditProblem(
                file: files.head,
                line: 0,
                message: "it is missing or damaged, so that a missing end of the log would not show"
            )
        }
        if verdict.sequence < head.sequence {
            return AuditProblem(
                file: files.current,
                line: 0,
                message:
                    "the end is missing: the last record is \(verdict.sequence), but \(head.sequence) was written"
            )
        }
        if verdict.sequence == head.sequence, verdict.digest != head.digest {
            return AuditProblem(
                file: parts.last?.path ?? files.current,
                line: try parts.last.map { part throws(FileError) in AuditRepair.split(try part.read()).lines.count }
                    ?? 0,
                message: "the last line is not the one that was written"
            )
        }
        return nil
    }

    /// Checks that lines follow each other.
    ///
    /// * `isWhole`: whether they begin with the first record of all.
    private static func check(_ parts: [Part], isWhole: Bool) throws(FileError) -> AuditVerdict {
        var verdict = AuditVerdict()
        var last: (file: String, line: Int)?
        for part in parts {
            let path = part.path
            let (lines, rest) = AuditRepair.split(try part.read())
            for (index, line) in lines.enumerated() {
                let here = (file: path, line: index + 1)
                guard let record = AuditRecord(line: line) else {
                    verdict.problem = problem(here, "this is no record")
                    return verdict
                }
                if let message = breach(record, after: verdict, isFirst: last == nil, isWhole: isWhole) {
                    // Where the numbers follow, it is the line before that was changed.
                    let isChanged = record.sequence == verdict.sequence + 1
                    verdict.problem = problem(isChanged ? last ?? here : here, message)
                    return verdict
                }
                verdict.records += 1
                verdict.sequence = record.sequence
                verdict.digest = SHA256Digest(of: Array(line))
                last = here
                if verdict.lostHead == nil, AuditRepair.tellsOfMissingHead(record) {
                    verdict.lostHead = problem(here, "the head was missing then: records before it may be, too")
                }
            }
            if rest > 0 {
                let here = (file: path, line: lines.count + 1)
                guard path == parts.last?.path else {
                    verdict.problem = problem(here, "the line has no end")
                    return verdict
                }
                verdict.note =
                    "\(path):\(here.line): the last line has no end, which a crash leaves; nobody was told of it"
            }
        }
        return verdict
    }

    /// Why a record does not follow; nil when it does.
    private static func breach(
        _ record: AuditRecord,
        after verdict: AuditVerdict,
        isFirst: Bool,
        isWhole: Bool
    ) -> String? {
        if isFirst {
            guard isWhole, record.sequence != 1 || record.previous != AuditHead.origin else { return nil }
            return "the beginning is missing: the first record here is \(record.sequence)"
        }
        let expected = verdict.sequence + 1
        if record.sequence > expected {
            let missing = record.sequence - expected
            let text =
                missing == 1 ? "record \(expected) is" : "records \(expected) to \(record.sequence - 1) are"
            return "\(text) missing before this line"
        }
        if record.sequence < expected {
            return "record \(record.sequence) is there again, after \(verdict.sequence)"
        }
        if record.previous != verdict.digest {
            return "the line is not the one that was written: the next one holds another sum of it"
        }
        return nil
    }

    private static func problem(_ place: (file: String, line: Int), _ message: String) -> AuditProblem {
        AuditProblem(file: place.file, line: place.line, message: message)
    }
}
