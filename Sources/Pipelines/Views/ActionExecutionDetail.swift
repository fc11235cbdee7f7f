// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// AWS's `ActionExecutionDetail`, an item of `list-action-executions`: one attempt of an action.
package struct ActionExecutionDetail: Sendable, Hashable, Codable {
    /// AWS's `ActionExecutionInput`.
    package struct Input: Sendable, Hashable, Codable {
        package var actionTypeId: ActionTypeID
        package var configuration: [String: String]
        package var resolvedConfiguration: [String: String]
        package var roleArn: String?
        package var region: String
        package var inputArtifacts: [ArtifactDetail]
        package var namespace: String?
    }

    /// AWS's `ActionExecutionOutput`.
    package struct Output: Sendable, Hashable, Codable {
        package var outputArtifacts: [ArtifactDetail]
        package var executionResult: Result?
        package var outputVariables: [String: String]
    }

    /// AWS's `ActionExecutionResult`.
    package struct Result: Sendable, Hashable, Codable {
        package var externalExecutionId: String?
        package var externalExecutionSummary: String?
        package var externalExecutionUrl: String?
        package var errorDetails: ErrorDetails?

        /// Nil where nothing is known.
        init?(_ action: ActionExecution) {
            externalExecutionId = action.shownExternalID
            externalExecutionSummary = action.shownSummary
            externalExecutionUrl = action.output.externalURL
            errorDetails = action.failure.map(ErrorDetails.init)
            if externalExecutionId == nil, externalExecutionSummary == nil, externalExecutionUrl == nil,
                errorDetails == nil
            {
                return nil
            }
        }
    }

    package var pipelineExecutionId: String
    package var actionExecutionId: String
    package var pipelineVersion: Int
    package var stageName: String
    package var actionName: String
    package var startTime: EpochSeconds
    package var lastUpdateTime: EpochSeconds
    package var updatedBy: String?
    package var status: String
    package var input: Input
    package var output: Output

    /// Makes one.
    /// - Parameters:
    ///   - action: the attempt.
    ///   - stage: the name of its stage.
    ///   - execution: the execution that it belongs to.
    ///   - definition: the definition of that execution's version, for what executions do not keep; nil where it is gone.
    package init(
        _ action: ActionExecution,
        stage: String,
        of execution: PipelineExecution,
        _ definition: PipelineDefinition?
    ) {
        let bucket = (definition ?? PipelineDefinition(name: execution.pipeline, stages: [])).artifactBucket
        let declared = definition?.stage(stage)?.actions.first { $0.name == action.name }
        pipelineExecutionId = execution.id
        actionExecutionId = action.id
        pipelineVersion = execution.version
        stageName = stage
        actionName = action.name
        startTime = EpochSeconds(milliseconds: action.startedAt)
        lastUpdateTime = EpochSeconds(milliseconds: action.updatedAt)
        updatedBy = action.shownUpdatedBy
        status = action.status.rawValue
        input = Input(
            actionTypeId: action.type,
            configuration: action.configuration,
            resolvedConfiguration: action.resolvedConfiguration,
            roleArn: declared?.unusedText("roleArn"),
            region: declared?.unusedText("region") ?? "us-east-1",
            inputArtifacts: action.inputs.map { ArtifactDetail($0, bucket: bucket) },
            namespace: action.namespace
        )
        output = Output(
            outputArtifacts: action.output.artifacts.map { ArtifactDetail($0, bucket: bucket) },
            executionResult: Result(action),
            outputVariables: action.output.variables
        )
    }

    /// The attempts of an execution as `list-action-executions` lists them: the newest first.
    package static func list(
        _ execution: PipelineExecution,
        _ definition: PipelineDefinition?
    ) -> [ActionExecutionDetail] {
        // Attempts lie in the order of their starts within a stage, and stages in theirs: a later one wins where times are equal.
        let details = execution.stages.flatMap { stage in
            stage.actions.map { ActionExecutionDetail($0, stage: stage.name, of: execution, definition) }
        }
        return details.enumerated().sorted { left, right in
            let times = (left.element.startTime.milliseconds, right.element.startTime.milliseconds)
            return times.0 == times.1 ? left.offset > right.offset : times.0 > times.1
        }.map(\.element)
    }
}

extension ActionDeclaration {
    fileprivate func unusedText(_ key: String) -> String? {
        if case .string(let text) = unused[key] { text } else { nil }
    }
}
