// SPDX-License-Identifier: Apache-2.0

package import JSON

/// A state change of an execution of a pipeline, of a stage of it, or of an action.
///
/// Which of the three events of CodePipeline it is depends on what is given: with an action, a stage, or neither.
package struct PipelineStateEvent: Sendable, Hashable {
    /// The kind of an action.
    package struct ActionType: Sendable, Hashable {
        package var category: String
        package var owner: String
        package var provider: String
        package var version: String

        package init(category: String, owner: String, provider: String, version: String) {
            self.category = category
            self.owner = owner
            self.provider = provider
            self.version = version
        }
    }

    package var pipeline: String
    package var execution: String
    package var version: Int
    /// Upper case, such as `STARTED`.
    package var state: String
    package var stage: String?
    package var action: String?
    package var actionID: String?
    package var actionType: ActionType?
    /// `trigger-type` of an execution that starts.
    package var triggerType: String?
    /// `trigger-detail` of one.
    package var triggerDetail: String?
    /// `stop-execution-comments` of an execution that is being stopped.
    package var stopReason: String?
    /// `execution-result` of an action that has ended.
    package var result: [String: String]
    /// `detail-type` where it is none of AWS's.
    package var detailType: String?
    /// Further members of `detail`.
    package var more: [String: JSONValue]

    package init(pipeline: String, execution: String, version: Int, state: String) {
        self.pipeline = pipeline
        self.execution = execution
        self.version = version
        self.state = state
        result = [:]
        more = [:]
    }

    /// The event as EventBridge has it.
    package func json(_ envelope: EventEnvelope) -> JSONValue {
        var detail = more
        detail["pipeline"] = .string(pipeline)
        detail["execution-id"] = .string(execution)
        detail["version"] = .number(String(version))
        detail["state"] = .string(state)
        detail["stage"] = stage.map { .string($0) }
        detail["action"] = action.map { .string($0) }
        detail["action-execution-id"] = actionID.map { .string($0) }
        detail["stop-execution-comments"] = stopReason.map { .string($0) }
        if let triggerType {
            detail["execution-trigger"] = .object([
                "trigger-type": .string(triggerType), "trigger-detail": .string(triggerDetail ?? ""),
            ])
        }
        if action != nil { detail["region"] = .string(envelope.region) }
        if let actionType {
            detail["type"] = .object([
                "category": .string(actionType.category), "owner": .string(actionType.owner),
                "provider": .string(actionType.provider), "version": .string(actionType.version),
            ])
        }
        if !result.isEmpty { detail["execution-result"] = .object(result.mapValues { .string($0) }) }
        let subject = action != nil ? "Action" : stage != nil ? "Stage" : "Pipeline"
        return envelope.event(
            source: "aws.codepipeline",
            type: detailType ?? "CodePipeline \(subject) Execution State Change",
            resources: [envelope.arn("codepipeline", pipeline)],
            detail: detail
        )
    }
}
