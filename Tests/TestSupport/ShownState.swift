// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A pipeline as `nacre pipeline show NAME --json` tells it: `get-pipeline-state`.
package struct ShownState: Decodable {
    package struct Execution: Decodable {
        package let pipelineExecutionId: String
        package let status: String
    }
    package struct Action: Decodable {
        package struct Latest: Decodable {
            package let actionExecutionId: String
            package let status: String
            package let token: String?
            package let summary: String?
            package let lastUpdatedBy: String?
        }
        package let actionName: String
        package let latestExecution: Latest?
    }
    package struct Transition: Decodable {
        package let enabled: Bool
        package let disabledReason: String?
    }
    package struct Stage: Decodable {
        package let stageName: String
        package let latestExecution: Execution?
        package let inboundExecution: Execution?
        package let inboundExecutions: [Execution]?
        package let inboundTransitionState: Transition
        package let actionStates: [Action]
    }
    package let pipelineName: String
    package let pipelineVersion: Int
    package let stageStates: [Stage]

    package func stage(_ name: String) -> Stage? { stageStates.first { $0.stageName == name } }

    /// Of an approval that waits.
    package func token(_ action: String) -> String? {
        stageStates.flatMap(\.actionStates).first { $0.actionName == action }?.latestExecution?.token
    }
}
