// SPDX-License-Identifier: Apache-2.0

internal import Audits
internal import Control
internal import Files

/// The audit log, every line of it.
struct AuditFacts: Sendable, Hashable {
    var records = 0
    /// Why it is not what was written, and where.
    var fault: String?

    /// Reads the whole log.
    static func probe(_ home: Home) -> AuditFacts {
        var facts = AuditFacts()
        do throws(FileError) {
            let verdict = try AuditVerifier.verify(AuditFiles(in: home.path))
            facts.records = Int(verdict.records)
            facts.fault = verdict.problem?.description
        } catch {
            facts.fault = "\(error)"
        }
        return facts
    }

    func findings() -> [Finding] {
        guard let fault else { return [Finding(.ok, "audit", "all \(records) records are as they were written")] }
        return [
            Finding(
                .problem,
                "audit",
                fault,
                remedy: "find out who has written there; the daemon's own log has the head at each start and stop"
            )
        ]
    }
}
