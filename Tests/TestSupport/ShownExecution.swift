// SPDX-License-Identifier: Apache-2.0

import Foundation

/// An execution as `nacre show PIPELINE/NUMBER --json` tells it: `get-pipeline-execution` with its action executions.
package struct ShownExecution: Decodable {
    package struct Execution: Decodable {
        package struct Revision: Decodable {
            package let name: String
            package let revisionId: String
        }
        package struct Trigger: Decodable {
            package let triggerType: String
            package let triggerDetail: String?
        }
        package struct Variable: Decodable {
            package let name: String
            package let resolvedValue: String
        }
        package struct Rollback: Decodable {
            package let rollbackTargetPipelineExecutionId: String
        }
        package let pipelineExecutionId: String
        package let status: String
        package let statusSummary: String?
        package let pipelineVersion: Int
        package let executionMode: String
        package let executionType: String
        package let artifactRevisions: [Revision]?
        package let variables: [Variable]?
        package let trigger: Trigger
        package let rollbackMetadata: Rollback?
    }
    package struct Action: Decodable {
        package struct TypeID: Decodable {
            package let provider: String
        }
        package struct Artifact: Decodable {
            package struct Location: Decodable {
                package let bucket: String
                package let key: String
            }
            package let name: String
            package let s3location: Location
        }
        package struct Input: Decodable {
            package let actionTypeId: TypeID
            package let configuration: [String: String]?
            package let resolvedConfiguration: [String: String]?
            package let inputArtifacts: [Artifact]?
            package let namespace: String?
        }
        package struct Problem: Decodable {
            package let code: String?
            package let message: String?
        }
        package struct Outcome: Decodable {
            package let externalExecutionId: String?
            package let externalExecutionSummary: String?
            package let errorDetails: Problem?
        }
        package struct Output: Decodable {
            package let outputArtifacts: [Artifact]?
            package let executionResult: Outcome?
            package let outputVariables: [String: String]?
        }
        package let actionExecutionId: String
        package let stageName: String
        package let actionName: String
        package let status: String
        package let input: Input?
        package let output: Output?

        /// What is wrong, for a person.
        package var problem: String { output?.executionResult?.errorDetails?.message ?? "" }
        package var problemCode: String? { output?.executionResult?.errorDetails?.code }
    }
    package let pipelineExecution: Execution
    package let actionExecutionDetails: [Action]

    package var id: String { pipelineExecution.pipelineExecutionId }
    package var status: String { pipelineExecution.status }

    /// The last attempt of an action; the list has the newest first.
    package func action(_ name: String) -> Action? { actionExecutionDetails.first { $0.actionName == name } }

    /// Every attempt of an action, the oldest first.
    package func attempts(_ name: String) -> [Action] {
        actionExecutionDetails.filter { $0.actionName == name }.reversed()
    }

    /// The commit or version of a source.
    package func revision(_ name: String) -> String? {
        pipelineExecution.artifactRevisions?.first { $0.name == name }?.revisionId
    }
}
