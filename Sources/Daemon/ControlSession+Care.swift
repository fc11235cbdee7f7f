// SPDX-License-Identifier: Apache-2.0

internal import Audits
internal import Control

/// The care of the daemon itself.
extension ControlSession {
    func answer(_ request: CareRequest) async throws(ControlFailure) -> CareAnswer {
        let person = connection.peer.user
        switch request {
        case .drain: return .drain(try await services.drain.drain(by: person))
        case .undrain: return .drain(try await services.drain.undo(by: person))
        case .drainStatus: return .drain(try await services.drain.report())
        }
    }
}
