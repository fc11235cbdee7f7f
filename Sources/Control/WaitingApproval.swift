// SPDX-License-Identifier: Apache-2.0

package import Pipelines

/// An approval that waits for a person.
package struct WaitingApproval: Sendable, Hashable, Codable {
    package var report: ExecutionReport
    package var stage: String
    package var action: ActionExecution

    package init(report: ExecutionReport, stage: String, action: ActionExecution) {
        self.report = report
        self.stage = stage
        self.action = action
    }
}
