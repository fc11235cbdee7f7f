// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A pipeline as `nacre pipeline show NAME --json` tells it: `get-pipeline-state`.
struct ShownState: Decodable {
    struct Execution: Decodable {
        let pipelineExecutionId: String
        let status: String
    }
    struct Action: Decodable {
        struct Latest: Decodable {
            let actionExecutionId: String
            let status: String
            let token: String?
            let summary: String?
            let lastUpdatedBy: String?
        }
        let actionName: String
        let latestExecution: Latest?
    }
    struct Transition: Decodable {
        let enabled: Bool
        let disabledReason: String?
    }
    struct Stage: Decodable {
        let stageName: String
        let latestExecution: Execution?
        let inboundExecution: Execution?
        let inboundExecutions: [Execution]?
        let inboundTransitionState: Transition
        let actionStates: [Action]
    }
    let pipelineName: String
    let pipelineVersion: Int
    let stageStates: [Stage]

    func stage(_ name: String) -> Stage? { stageStates.first { $0.stageName == name } }

    /// Of an approval that waits.
    func token(_ action: String) -> String? {
        stageStates.flatMap(\.actionStates).first { $0.actionName == action }?.latestExecution?.token
    }
}
