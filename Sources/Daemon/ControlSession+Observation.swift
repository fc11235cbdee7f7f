// SPDX-License-Identifier: Apache-2.0

internal import Audits
internal import Control
internal import Journals

/// How the daemon is, and what it is asked to do.
extension ControlSession {
    /// Answers a request about how the daemon is.
    func answer(_ request: ObservationRequest) async throws(ControlFailure) -> ObservationAnswer {
        switch request {
        case .metrics:
            return .metrics(
                try await Self.journalled { () throws(JournalError) in try await services.collector.text() }
            )
        }
    }

    /// Puts a request on record before anything is done about it; what cannot be recorded is not done.
    func putOnRecord(_ request: AuditedRequest) async throws(ControlFailure) {
        do throws(AuditError) {
            try await services.audit.record(entry(request.action, request.subject, request.details))
        } catch {
            if request.isRelief { return }
            throw ControlFailure(.fault, "nothing is done without a record: \(error.message)")
        }
    }

    /// Puts on record that a request, which is there already, came to nothing.
    func noteRefusal(of request: AuditedRequest, _ failure: ControlFailure) {
        // Not the text, which may quote what was given.
        let reason = failure.exception ?? failure.code.rawValue
        services.audit.note(entry("\(request.action).refused", request.subject, ["reason": reason]))
    }

    private func entry(_ action: String, _ subject: String, _ details: [String: String]) -> AuditEntry {
        AuditEntry(connection.peer, action, subject, details)
    }
}
