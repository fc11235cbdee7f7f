// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Pipelines

/// Why an event has changed nothing.
enum EventFailure: Error, Sendable {
    /// The machine does not take it.
    case refused(PipelineRefusal)
    /// There is no such pipeline.
    case unknown
    /// The journal cannot be written or read now.
    case unjournalled(ControlFailure)

    func asControlFailure(_ pipeline: String) -> ControlFailure {
        switch self {
        case .refused(let refusal):
            let code: ControlFailure.Code =
                refusal.exception.hasSuffix("NotFoundException")
                ? .notFound
                : refusal.exception == "ValidationException" ? .invalid : .conflict
            return ControlFailure(code, refusal.message, exception: refusal.exception)
        case .unknown: return PipelineService.unknown(pipeline)
        case .unjournalled(let failure): return failure
        }
    }
}
