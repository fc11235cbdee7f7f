// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Control
internal import Journals
internal import Pipelines

/// Answers one client that asks about pipelines and executions.
struct PipelineSession: Sendable {
    let service: PipelineService
    let journal: JournalStore
    let artifacts: ArtifactStore
    /// Who asks, as the kernel tells it.
    let person: String
    let approvers: Approvers

    /// Answers anything but `watch`, which is a stream.
    func answer(_ request: PipelineRequest) async throws(ControlFailure) -> PipelineAnswer {
        switch request {
        case .list:
            var reports: [PipelineReport] = []
            for record in try await service.pipelines() { reports.append(try await self.report(record)) }
            return .pipelines(reports)
        case .show(let pipeline):
            return .pipeline(try await report(try await service.pipeline(pipeline)))
        case .start(let pipeline, let revisions, let variables, let token):
            let execution = try await service.start(
                pipeline,
                revisions: revisions,
                variables: variables,
                token: token,
                trigger: ExecutionTrigger(.startPipelineExecution, detail: PersonName.arn(person))
            )
            return .execution(try await report(execution))
        case .delete(let pipeline):
            try await service.remove(pipeline, by: person)
            return .done
        case .setTransition(let pipeline, let stage, let isEnabled, let reason):
            let event = PipelineEvent.setTransition(stage: stage, isEnabled: isEnabled, reason: reason, by: person)
            try await service.apply(event, to: pipeline)
            return .done
        case .rollback(let pipeline, let stage, let target):
            return .execution(try await rollback(pipeline, stage: stage, target: target))
        case .showExecution(let name), .watch(let name):
            return .execution(try await report(try await service.execution(name)))
        case .listExecutions(let filter): return .executions(try await list(filter))
        case .stop(let name, let abandons, let reason):
            let execution = try await service.execution(name)
            return try await change(
                execution,
                .stop(execution: execution.id, abandons: abandons, reason: reason, by: person)
            )
        case .retry(let name, let stage, let mode):
            let execution = try await service.execution(name)
            let stage = if let stage { stage } else { try Self.stageToRetry(execution) }
            try await checkArtifacts(of: execution, for: stage, exception: "StageNotRetryableException", mode: mode)
            return try await change(
                execution,
                .retry(execution: execution.id, stage: stage, mode: mode, by: person)
            )
        case .overrideCondition(let name, let stage, let kind):
            let execution = try await service.execution(name)
            return try await change(
                execution,
                .overrideCondition(execution: execution.id, stage: stage, kind: kind, by: person)
            )
        case .approvals(let reference, let stage, let action):
            return .approvals(try await approvals(reference, stage: stage, action: action))
        case .answerApproval(let name, let stage, let action, let token, let isApproved, let comment):
            let execution = try await service.execution(name)
            if isApproved { try await refuseOwn(token, of: execution.pipeline) }
            let answer = ApprovalAnswer(
                stage: stage,
                action: action,
                token: token,
                isApproved: isApproved,
                comment: comment,
                person: person
            )
            return try await change(execution, .approvalGiven(answer))
        }
    }

    /// An execution with its definition and what it waits for.
    func report(_ execution: PipelineExecution) async throws(ControlFailure) -> ExecutionReport {
        let definition = try await ControlSession.journalled { () throws(JournalError) in
            try await journal.use { journal throws(JournalError) in
                try journal.definition(of: execution.pipeline, version: execution.version)
            }
        }
        var report = ExecutionReport(execution, definition, waitReasons: await service.waitReasons(execution))
        if execution.status.isOver { report.removal = await removal(of: execution) }
        return report
    }

    /// Applies an event to an execution's pipeline, and gives the execution as it is then.
    private func change(
        _ execution: PipelineExecution,
        _ event: PipelineEvent
    ) async throws(ControlFailure) -> PipelineAnswer {
        try await service.apply(event, to: execution.pipeline)
        return .execution(try await report(try await service.execution(execution.id)))
    }

    // MARK: - Pipelines

    private func report(_ record: PipelineRecord) async throws(ControlFailure) -> PipelineReport {
        let machine = try await service.machine(record.definition.name)
        let state = PipelineState(
            record.definition,
            created: record.createdAt,
            updated: record.updatedAt,
            standings: machine.standings
        )
        var executions = Array(machine.executions.values)
        let filter = ExecutionFilter(pipeline: record.definition.name, limit: 1)
        if let latest = try await service.executions(filter).first, machine.executions[latest.id] == nil {
            executions.append(latest)
        }
        var reports: [ExecutionReport] = []
        for execution in executions.sorted(by: { $0.number > $1.number }) {
            reports.append(ExecutionReport(execution, waitReasons: await service.waitReasons(execution)))
        }
        return PipelineReport(
            document: PipelineDocument(record.definition, created: record.createdAt, updated: record.updatedAt),
            state: state,
            origin: record.origin,
            executions: reports
        )
    }

    private func list(_ filter: PipelineRequest.Filter) async throws(ControlFailure) -> [ExecutionReport] {
        if let pipeline = filter.pipeline { _ = try await service.pipeline(pipeline) }
        let found = try await service.executions(
            ExecutionFilter(pipeline: filter.pipeline, status: filter.status, limit: max(0, filter.limit))
        )
        var reports: [ExecutionReport] = []
        for execution in found {
            reports.append(ExecutionReport(execution, waitReasons: await service.waitReasons(execution)))
        }
        return reports
    }

    // MARK: - Going on

    private func rollback(
        _ pipeline: String,
        stage: String,
        target: String?
    ) async throws(ControlFailure) -> ExecutionReport {
        let execution =
            if let target {
                try await service.execution(target)
            } else {
                try await lastSuccess(in: stage, of: pipeline)
            }
        try await checkArtifacts(of: execution, for: stage, exception: "UnableToRollbackStageException")
        return try await report(try await service.rollback(pipeline, stage: stage, target: execution.id, by: person))
    }

    /// The last execution that can be gone back to.
    private func lastSuccess(
        in stage: String,
        of pipeline: String
    ) async throws(ControlFailure) -> PipelineExecution {
        let record = try await service.pipeline(pipeline)
        guard record.definition.stage(stage) != nil else {
            let names = record.definition.stages.map(\.name).joined(separator: ", ")
            throw ControlFailure(
                .notFound,
                "\(pipeline) has no stage `\(stage)`; it has \(names)",
                exception: "StageNotFoundException"
            )
        }
        let found = try await service.rollbackTarget(of: pipeline, stage: stage)
        guard let found else {
            throw ControlFailure(
                .conflict,
                "no earlier execution of \(pipeline)'s version \(record.definition.version) has succeeded in \(stage); "
                    + "name another by --to",
                exception: "UnableToRollbackStageException"
            )
        }
        return found
    }

    /// The stage that a retry means where none is named.
    private static func stageToRetry(_ execution: PipelineExecution) throws(ControlFailure) -> String {
        let ended = execution.stages.last { $0.status == .failed || $0.status == .stopped || $0.status == .cancelled }
        let running = execution.stages.last { stage in
            stage.status == .inProgress && stage.actions.contains { stage.latest($0.name)?.status == .failed }
        }
        if let stage = ended ?? running { return stage.name }
        throw ControlFailure(
            .conflict,
            "no stage of \(execution.label) has failed: it is \(execution.status.rawValue)",
            exception: "StageNotRetryableException"
        )
    }
}
