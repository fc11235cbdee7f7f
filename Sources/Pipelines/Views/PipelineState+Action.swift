// SPDX-License-Identifier: Apache-2.0

extension PipelineState {
    /// AWS's `ActionState`: an action in the answer of `get-pipeline-state`.
    package struct Action: Sendable, Hashable, Codable {
        /// AWS's `ActionRevision`.
        package struct Revision: Sendable, Hashable, Codable {
            package var revisionId: String
            package var revisionChangeId: String
            package var created: EpochSeconds
        }

        /// AWS's `ActionExecution`.
        package struct Execution: Sendable, Hashable, Codable {
            package var actionExecutionId: String
            package var status: String
            package var summary: String?
            package var lastStatusChange: EpochSeconds
            /// Of an approval that waits: what its answer must have.
            package var token: String?
            package var lastUpdatedBy: String?
            package var externalExecutionId: String?
            package var externalExecutionUrl: String?
            package var errorDetails: ErrorDetails?
        }

        package var actionName: String
        package var currentRevision: Revision?
        /// Absent before it has run in the execution that entered the stage last.
        package var latestExecution: Execution?
        package var revisionUrl: String?

        /// * `action`: its last attempt in the execution that entered the stage last; nil: none.
        package init(_ declaration: ActionDeclaration, _ action: ActionExecution?) {
            actionName = declaration.name
            guard let action else { return }
            latestExecution = Execution(
                actionExecutionId: action.id,
                status: action.status.rawValue,
                summary: action.shownSummary,
                lastStatusChange: EpochSeconds(milliseconds: action.updatedAt),
                token: action.isWaitingApproval ? action.token : nil,
                lastUpdatedBy: action.shownUpdatedBy,
                externalExecutionId: action.output.externalID,
                externalExecutionUrl: action.output.externalURL,
                errorDetails: action.failure.map(ErrorDetails.init)
            )
            if let revision = action.output.revision {
                // Sources of AWS's own have no other name for a change than the revision itself.
                currentRevision = Revision(
                    revisionId: revision.id,
                    revisionChangeId: revision.id,
                    created: EpochSeconds(milliseconds: action.updatedAt)
                )
                revisionUrl = revision.url
            }
        }
    }
}
