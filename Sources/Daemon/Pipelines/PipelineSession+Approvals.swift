// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Control
internal import Journals
internal import Pipelines

/// Finding the approval that somebody means.
extension PipelineSession {
    /// The approvals that wait.
    /// - Parameters:
    ///   - reference: an execution, or a pipeline for all of its executions.
    ///   - stage: only those of this stage.
    ///   - action: only those of this name.
    /// - Returns: one or more.
    /// - Throws: `conflict` where none waits, with what has become of them; `notFound` for a reference to nothing.
    func approvals(
        _ reference: String,
        stage: String?,
        action: String?
    ) async throws(ControlFailure) -> [WaitingApproval] {
        let executions = try await executions(meantBy: reference)
        var found: [WaitingApproval] = []
        for execution in executions where !execution.status.isOver {
            for entered in execution.stages where stage == nil || entered.name == stage {
                for attempt in entered.actions where action == nil || attempt.name == action {
                    guard attempt.isWaitingApproval else { continue }
                    let report = try await report(execution)
                    found.append(WaitingApproval(report: report, stage: entered.name, action: attempt))
                }
            }
        }
        if found.isEmpty { throw Self.nothingWaits(reference, executions, stage: stage, action: action) }
        return found
    }

    private func executions(meantBy reference: String) async throws(ControlFailure) -> [PipelineExecution] {
        if !reference.contains("/") {
            do throws(ControlFailure) {
                let machine = try await service.machine(reference)
                return machine.executions.values.sorted { $0.number > $1.number }
            } catch {
                guard error.code == .notFound else { throw error }
            }
        }
        do throws(ControlFailure) {
            return [try await service.execution(reference)]
        } catch {
            guard error.code == .notFound else { throw error }
            throw ControlFailure(
                .notFound,
                "there is no execution and no pipeline `\(reference)`; `nacre list --executions` shows what there is",
                exception: "PipelineExecutionNotFoundException"
            )
        }
    }

    /// Refuses that a person approves what is their own, where others are to.
    ///
    /// The token says which execution is meant, whatever else the request says.
    func refuseOwn(_ token: String, of pipeline: String) async throws(ControlFailure) {
        if approvers == .anyone { return }
        let machine = try await service.machine(pipeline)
        let meant = machine.executions.values.first { execution in
            execution.stages.contains { $0.actions.contains { $0.token == token } }
        }
        // A token of no approval is refused by the machine.
        guard let meant else { return }
        var people: [String?] = try await ControlSession.journalled { () throws(JournalError) in
            try await journal.use { journal throws(JournalError) in try journal.pushers(of: meant) }
        }
        switch meant.trigger.kind {
        case .startPipelineExecution, .createPipeline, .manualRollback:
            people.append(PersonName.name(meant.trigger.detail))
        default: break
        }
        if people.contains(person) {
            throw ControlFailure(
                .conflict,
                "\(meant.label) was pushed or started by \(person), and somebody else must approve it: "
                    + "`approvers` is `others` in config.yml"
            )
        }
        if people.contains(nil) {
            throw ControlFailure(
                .conflict,
                "nobody knows who has pushed \(meant.label), since no hook has told of it, and who pushed may not approve it: "
                    + "`approvers` is `others` in config.yml. Let somebody start an execution, and somebody else approve that"
            )
        }
    }

    /// Says what has become of the approval that was meant, as far as can be told.
    private static func nothingWaits(
        _ reference: String,
        _ executions: [PipelineExecution],
        stage: String?,
        action: String?
    ) -> ControlFailure {
        let decided = executions.flatMap { execution in
            execution.stages.filter { stage == nil || $0.name == stage }.flatMap { entered in
                entered.actions.filter { action == nil || $0.name == action }.compactMap { attempt in
                    attempt.approval.map { (execution, entered.name, attempt.name, $0) }
                }
            }
        }.max { $0.3.at < $1.3.at }
        guard let (execution, stage, action, approval) = decided else {
            let place = [stage, action].compactMap { $0 }.joined(separator: "/")
            let what = place.isEmpty ? "no approval" : "no approval \(place)"
            let state = executions.count == 1 ? " (\(executions[0].label) is \(executions[0].status.rawValue))" : ""
            return ControlFailure(.conflict, "\(what) of \(reference) waits for an answer\(state)")
        }
        let comment = approval.comment.isEmpty ? "" : ": \(approval.comment)"
        return ControlFailure(
            .conflict,
            "no approval of \(reference) waits for an answer; \(stage)/\(action) of \(execution.label) was "
                + "\(approval.isApproved ? "approved" : "rejected") by \(PersonName.name(approval.person)) at "
                + "\(Timestamp(milliseconds: approval.at).text)\(comment)",
            exception: "ApprovalAlreadyCompletedException"
        )
    }
}
