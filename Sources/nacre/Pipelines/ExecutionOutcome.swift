// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Control
import Pipelines
import WireWords

/// What an ended execution means for the exit code.
enum ExecutionOutcome {
    static func exitCode(_ execution: PipelineExecution, _ context: VerbContext) -> ExitCode {
        switch execution.status {
        case .succeeded, .inProgress, .stopping: return .success
        case .stopped, .superseded, .cancelled: return .stopped
        case .failed:
            let failed = execution.failedActions.map(\.action)
            if failed.contains(where: { $0.approval?.isApproved == false }) { return .rejected }
            return failed.contains { hasTimedOut($0, context) } ? .timedOut : .failed
        }
    }

    private static func hasTimedOut(_ action: ActionExecution, _ context: VerbContext) -> Bool {
        if let deadline = action.deadline, action.updatedAt >= deadline { return true }
        guard let id = ActionText.build(of: action),
            case .build(let build) = try? context.ask(.showBuild(build: id.description))
        else { return false }
        return build.buildStatus == .timedOut
    }
}
