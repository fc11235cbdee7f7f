// SPDX-License-Identifier: Apache-2.0

import Foundation

/// An execution as `nacre show PIPELINE/NUMBER --json` tells it: `get-pipeline-execution` with its action executions.
struct ShownExecution: Decodable {
    struct Execution: Decodable {
        struct Revision: Decodable {
            let name: String
            let revisionId: String
        }
        struct Trigger: Decodable {
            let triggerType: String
            let triggerDetail: String?
        }
        struct Variable: Decodable {
            let name: String
            let resolvedValue: String
        }
        struct Rollback: Decodable {
            let rollbackTargetPipelineExecutionId: String
        }
        let pipelineExecutionId: String
        let status: String
        let statusSummary: String?
        let pipelineVersion: Int
        let executionMode: String
        let executionType: String
        let artifactRevisions: [Revision]?
        let variables: [Variable]?
        let trigger: Trigger
        let rollbackMetadata: Rollback?
    }
    struct Action: Decodable {
        struct TypeID: Decodable {
            let provider: String
        }
        struct Artifact: Decodable {
            struct Location: Decodable {
                let bucket: String
                let key: String
            }
            let name: String
            let s3location: Location
        }
        struct Input: Decodable {
            let actionTypeId: TypeID
            let configuration: [String: String]?
            let resolvedConfiguration: [String: String]?
            let inputArtifacts: [Artifact]?
            let namespace: String?
        }
        struct Problem: Decodable {
            let code: String?
            let message: String?
        }
        struct Outcome: Decodable {
            let externalExecutionId: String?
            let externalExecutionSummary: String?
            let errorDetails: Problem?
        }
        struct Output: Decodable {
            let outputArtifacts: [Artifact]?
            let executionResult: Outcome?
            let outputVariables: [String: String]?
        }
        let actionExecutionId: String
        let stageName: String
        let actionName: String
        let status: String
        let input: Input?
        let output: Output?

        /// What is wrong, for a person.
        var problem: String { output?.executionResult?.errorDetails?.message ?? "" }
        var problemCode: String? { output?.executionResult?.errorDetails?.code }
    }
    let pipelineExecution: Execution
    let actionExecutionDetails: [Action]

    var id: String { pipelineExecution.pipelineExecutionId }
    var status: String { pipelineExecution.status }

    /// The last attempt of an action; the list has the newest first.
    func action(_ name: String) -> Action? { actionExecutionDetails.first { $0.actionName == name } }

    /// Every attempt of an action, the oldest first.
    func attempts(_ name: String) -> [Action] { actionExecutionDetails.filter { $0.actionName == name }.reversed() }

    /// The commit or version of a source.
    func revision(_ name: String) -> String? {
        pipelineExecution.artifactRevisions?.first { $0.name == name }?.revisionId
    }
}
