// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Builds
internal import Control
internal import Journals
internal import Pipelines
internal import WireWords

/// Carries out orders by builds: one for each order, with its retries, however often it is asked for.
struct ActionBuilds: Sendable {
    /// What an order's build is to be.
    struct Plan: Sendable {
        /// The project that it is counted in: letters, digits, `-` and `_`.
        var project: String
        var buildspec: BuildRequest.BuildspecSource
        /// The artifacts that become source folders, the primary one first.
        var inputs: [ArtifactReference]
        var variables: [EnvironmentVariable] = []
        var settings = ProjectSettings()
        /// Whether what the commands leave running goes on after a good end.
        var leavesProcesses = false
        /// Whether the buildspec's block `batch` is carried out.
        var isBatch = false
    }

    let home: Home
    let engine: Engine
    let journal: JournalStore
    let artifacts: ArtifactStore
    /// For the ends of logs.
    private let reading = BlockingQueue(label: "nacre.actions")

    init(home: Home, engine: Engine, journal: JournalStore, artifacts: ArtifactStore) {
        self.home = home
        self.artifacts = artifacts
        self.engine = engine
        self.journal = journal
    }

    /// Runs the build of an order to its end.
    ///
    /// * `plan`: asked for where there is no build yet.
    func run(
        _ order: ActionOrder,
        _ progress: ActionProgress,
        plan: @Sendable () async throws(ActionFailure) -> Plan
    ) async -> ActionOutcome {
        do throws(ActionFailure) {
            let isBatch = try await begin(order, progress, plan)
            return isBatch ? try await endBatch(order) : try await endBuild(order)
        } catch {
            return ActionOutcome(failure: error)
        }
    }

    /// The name of a project that nobody has made: only characters that CodeBuild allows.
    static func projectName(_ text: String) -> String {
        let name = text.unicodeScalars.map { scalar -> Character in
            let isAllowed =
                ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                || scalar == "-" || scalar == "_"
            return isAllowed ? Character(scalar) : "-"
        }
        return String(name.prefix(150))
    }

    // MARK: - Beginning

    /// Sees to it that there is a build or a batch.
    /// - Returns: whether it is a batch.
    private func begin(
        _ order: ActionOrder,
        _ progress: ActionProgress,
        _ plan: @Sendable () async throws(ActionFailure) -> Plan
    ) async throws(ActionFailure) -> Bool {
        let found = try await journalled { journal throws(JournalError) in
            (build: try journal.build(ofAction: order.id), batch: try journal.batch(ofAction: order.id))
        }
        var output = ActionOutput()
        if let build = found.build {
            output.externalID = build.id.description
            await progress.tell(output)
            return false
        }
        if let batch = found.batch {
            output.externalID = batch.id.description
            await progress.tell(output)
            return true
        }
        if Task.isCancelled { throw ActionFailure(.jobFailed, "The action was stopped before its build began.") }
        let plan = try await plan()
        var inputs = ActionInputs(
            execution: "\(order.pipeline)/\(order.executionNumber)",
            executionID: order.execution,
            stage: order.stage,
            action: order.name,
            sources: try await sources(plan.inputs, of: order),
            outputs: order.outputs.map(\.name),
            buildspec: plan.buildspec
        )
        inputs.leavesProcesses = plan.leavesProcesses
        let draft = draft(order, plan, inputs)
        output.externalID = try await submit { engine throws(JournalError) in
            plan.isBatch
                ? try await engine.submitAction(BatchDraft(draft)).id.description
                : try await engine.submitAction(draft).id.description
        }
        await progress.tell(output)
        return plan.isBatch
    }

    private func draft(_ order: ActionOrder, _ plan: Plan, _ inputs: ActionInputs) -> BuildDraft {
        var draft = BuildDraft(
            id: BuildID.make(project: plan.project),
            repository: nil,
            ref: inputs.sources.first?.arn ?? "",
            commit: inputs.sources.first?.commit ?? "",
            initiator: "codepipeline/\(order.pipeline)",
            environment: VariablesText.write(plan.variables),
            settings: SettingsText.write(plan.settings)
        )
        draft.action = order.id
        draft.inputs = inputs.text
        return draft
    }

    /// The artifacts with the commits that they were made of.
    private func sources(
        _ inputs: [ArtifactReference],
        of order: ActionOrder
    ) async throws(ActionFailure) -> [ActionInputs.Source] {
        let execution = try await journalled { journal throws(JournalError) in try journal.execution(order.execution) }
        let made = execution?.stages.flatMap(\.actions).map(\.output) ?? []
        return inputs.map { input in
            let output = made.last { $0.revision != nil && $0.artifacts.contains { $0.name == input.name } }
            let revision = output?.revision.flatMap { $0.type == "COMMIT_ID" ? $0.id : nil }
            return ActionInputs.Source(
                name: input.name,
                digest: input.digest,
                size: input.size,
                key: input.key,
                commit: revision
            )
        }
    }

    // MARK: - Ending

    private func endBuild(_ order: ActionOrder) async throws(ActionFailure) -> ActionOutcome {
        let engine = engine
        let ended = await uninterrupted(order) { () async throws(JournalError) in
            try await engine.end(ofAction: order.id)
        }
        guard let record = try Self.unwrapped(ended) else {
            throw ActionFailure(.systemUnavailable, "The action's build is not in the journal any more.")
        }
        return await reading.run { [home] in ActionReport(order, home).outcome(of: record) }
    }

    private func endBatch(_ order: ActionOrder) async throws(ActionFailure) -> ActionOutcome {
        let engine = engine
        let ended = await uninterrupted(order) { () async throws(JournalError) in
            try await engine.end(ofBatchOfAction: order.id)
        }
        guard let found = try Self.unwrapped(ended) else {
            throw ActionFailure(.systemUnavailable, "The action's batch is not in the journal any more.")
        }
        // A thread of its own: putting artifacts together may take long.
        return await BlockingQueue(label: "nacre.action.batch").run { [home, artifacts] in
            ActionBatch(order: order, home: home, artifacts: artifacts).outcome(of: found.batch, found.builds)
        }
    }

    /// Waits for something, even when the order is cancelled: then it ends soon, as the build is stopped.
    private func uninterrupted<Value: Sendable>(
        _ order: ActionOrder,
        _ wait: @escaping @Sendable () async throws(JournalError) -> Value
    ) async -> Result<Value, JournalError> {
        let engine = engine
        let waiting = Task { () -> Result<Value, JournalError> in
            do throws(JournalError) { return .success(try await wait()) } catch { return .failure(error) }
        }
        return await withTaskCancellationHandler {
            await waiting.value
        } onCancel: {
            // Ends when the journal has taken the wish.
            Task { await engine.stopAction(order.id, by: "pipeline \(order.pipeline)/\(order.executionNumber)") }
        }
    }

    // MARK: - The journal

    /// Reads from the journal.
    /// - Throws: `systemUnavailable`.
    func journalled<Value: Sendable>(
        _ body: @Sendable (Journal) throws(JournalError) -> Value
    ) async throws(ActionFailure) -> Value {
        do throws(JournalError) {
            return try await journal.use(body)
        } catch {
            throw Self.unavailable(error)
        }
    }

    private func submit(
        _ body: (Engine) async throws(JournalError) -> String
    ) async throws(ActionFailure) -> String {
        do throws(JournalError) {
            return try await body(engine)
        } catch {
            throw Self.unavailable(error)
        }
    }

    private static func unwrapped<Value>(_ result: Result<Value, JournalError>) throws(ActionFailure) -> Value {
        switch result {
        case .success(let value): return value
        case .failure(let error): throw unavailable(error)
        }
    }

    private static func unavailable(_ error: JournalError) -> ActionFailure {
        ActionFailure(.systemUnavailable, "the journal cannot be used: \(error.message)")
    }
}
