// SPDX-License-Identifier: Apache-2.0

internal import Pipelines

/// What is new in an execution, for the person who pushed: a line for each stage and action that has begun or ended.
enum ExecutionNews {
    /// What has changed since `old`; everything that there is for nil.
    static func lines(from old: PipelineExecution?, to new: PipelineExecution) -> [String] {
        new.stages.flatMap { stage in
            lines(of: stage, before: old?.stages.first { $0.name == stage.name }).map { "\(new.label) \($0)" }
        }
    }

    /// The approvals that wait for a person, `STAGE/ACTION`.
    static func approvals(of execution: PipelineExecution) -> [String] {
        execution.stages.flatMap { stage in
            stage.actions.filter { $0.status == .inProgress && $0.token != nil }.map { "\(stage.name)/\($0.name)" }
        }
    }

    private static func lines(of stage: StageExecution, before: StageExecution?) -> [String] {
        var lines: [String] = []
        let isNew = stage.status != before?.status
        if isNew, stage.status == .inProgress { lines.append("\(stage.name) \(StageStatus.inProgress.rawValue)") }
        for action in stage.actions where before?.actions.first(where: { $0.id == action.id })?.status != action.status
        {
            let reason = action.failure.map { ": \(firstLine($0.message))" } ?? ""
            let build = action.status == .inProgress ? nil : action.output.externalID
            let id = build.map { " (\($0))" } ?? ""
            lines.append("\(stage.name)/\(action.name) \(action.status.rawValue)\(id)\(reason)")
        }
        if isNew, let status = stage.status, status != .inProgress { lines.append("\(stage.name) \(status.rawValue)") }
        return lines
    }

    private static func firstLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).first.map { String($0) } ?? ""
    }
}
