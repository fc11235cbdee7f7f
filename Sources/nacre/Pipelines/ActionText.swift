// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Pipelines
import WireWords

/// Attempts of actions in words.
enum ActionText {
    /// What is worth knowing of an attempt, on one line.
    static func detail(_ action: ActionExecution, now: Int64) -> String {
        if let failure = action.failure {
            if let approval = action.approval { return answer(approval) }
            return "\(failure.code.rawValue): \(reason(failure))"
        }
        if action.isWaitingApproval {
            let end = action.deadline.map { ", expires \(RelativeTime.text($0, now: now))" } ?? ""
            return "waits for an answer\(end)"
        }
        if let approval = action.approval { return answer(approval) }
        if let revision = action.output.revision {
            return "\(short(revision)) \(revision.summary.firstLine)"
        }
        if let summary = action.output.summary, !summary.isEmpty { return summary.firstLine }
        return action.output.externalID ?? ""
    }

    /// What says most on one line: of a build the command, not that the build has failed.
    private static func reason(_ failure: ActionFailure) -> String {
        let lines = failure.message.split(whereSeparator: \.isNewline)
        guard lines.count > 1, lines[0].hasPrefix("Build terminated with state"), !lines[1].hasPrefix("Last lines")
        else { return failure.message.firstLine }
        return String(lines[1])
    }

    /// Who has decided what.
    static func answer(_ approval: ApprovalRecord) -> String {
        let comment = approval.comment.isEmpty ? "" : ": \(approval.comment.firstLine)"
        return "\(approval.isApproved ? "approved" : "rejected") by \(PersonName.name(approval.person))\(comment)"
    }

    /// A revision as people write it.
    static func short(_ revision: SourceRevision) -> String {
        revision.type == "COMMIT_ID" ? String(revision.id.prefix(8)) : revision.id
    }

    /// The build that an action has started; nil where it is none.
    static func build(of action: ActionExecution) -> BuildID? {
        guard ["Build", "Test", "Compute", "Deploy", "Invoke"].contains(action.type.category) else { return nil }
        return action.output.externalID.flatMap { BuildID($0) }
    }
}

extension PipelineExecution {
    /// The last attempt of each action, with its stage, in the order of stages and starts.
    var latestActions: [(stage: StageExecution, action: ActionExecution)] {
        stages.flatMap { stage in
            stage.actions.filter { stage.latest($0.name)?.id == $0.id }.map { (stage, $0) }
        }
    }

    /// Last attempts that have failed.
    var failedActions: [(stage: StageExecution, action: ActionExecution)] {
        latestActions.filter { $0.action.status == .failed }
    }

    /// Approvals that wait.
    var waitingApprovals: [(stage: StageExecution, action: ActionExecution)] {
        latestActions.filter { $0.action.isWaitingApproval }
    }
}
