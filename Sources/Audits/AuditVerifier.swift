// SPDX-License-Identifier: Apache-2.0

internal import Digests
package import Files
internal import Glibc

/// Checks that a log is what was written.
package enum AuditVerifier {
    /// Checks the log of a folder: from its first record to the one that the head knows of.
    package static func verify(_ files: AuditFiles) throws(FileError) -> AuditVerdict {
        // Read before the lines: those that are added meanwhile are behind it.
        let head = AuditHead(file: (try? AtomicFile.read(files.head, limit: 4096)) ?? [])
        let paths = try files.all()
        var verdict = try verify(paths, isWhole: true)
        if verdict.problem != nil { return verdict }
        guard let head else {
            if verdict.records > 0 {
                verdict.problem = AuditProblem(
                    file: files.head,
                    line: 0,
                    message: "it is missing or damaged, so that a missing end of the log would not show"
                )
            }
            return verdict
        }
        if verdict.sequence < head.sequence {
            verdict.problem = AuditProblem(
                file: files.current,
                line: 0,
                message:
                    "the end is missing: the last record is \(verdict.sequence), but \(head.sequence) was written"
            )
        } else if verdict.sequence == head.sequence, verdict.digest != head.digest {
            verdict.problem = AuditProblem(
                file: paths.last ?? files.current,
                line: try lastLine(paths.last),
                message: "the last line is not the one that was written"
            )
        }
        return verdict
    }

    /// Checks that the lines of files follow each other, in the order given.
    ///
    /// * `isWhole`: whether they begin with the first record of all.
    package static func verify(
        _ paths: [String],
        isWhole: Bool = false
    ) throws(FileError)
        -> AuditVerdict
    {
        var verdict = AuditVerdict()
        var last: (file: String, line: Int)?
        for path in paths {
            let (lines, rest) = AuditRepair.split(try AtomicFile.read(path))
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
            }
            if rest > 0 {
                let here = (file: path, line: lines.count + 1)
                guard path == paths.last else {
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

    private static func lastLine(_ path: String?) throws(FileError) -> Int {
        guard let path else { return 0 }
        return AuditRepair.split(try AtomicFile.read(path)).lines.count
    }
}
