// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Control
internal import Diagnostics
internal import Events
internal import JSON
internal import Journals
internal import Pipelines
internal import Templates

/// Applies files of definitions: pipelines, projects, rules, repositories, parameters, buckets, environments.
///
/// All files are read and everything is planned before anything is changed; with one error nothing is. Each step may be done
/// again, so that an apply that a crash has cut off is simply made again.
actor DefinitionService {
    /// Kinds of the journal's resources.
    enum Kind {
        static let project = "project"
        static let rule = "rule"
        static let mapping = RepositoryMapping.kind
        static let source = "definition-source"
        static let export = "export"
    }

    /// What the service works with.
    struct Parts: Sendable {
        let home: Home
        let journal: JournalStore
        let pipelines: PipelineService
        let repositories: RepositoryService
        /// For reading what repositories bring.
        let refs: RepositoryThreads
        let stores: DefinitionStores
        let notifier: Notifier
        let log: DaemonLog
    }

    let parts: Parts
    private let thread = BlockingQueue(label: "nacre.definitions")
    /// Who waits for its turn; nil while nobody applies anything.
    private var turns: [CheckedContinuation<Void, Never>]?

    init(_ parts: Parts) {
        self.parts = parts
    }

    // MARK: - Applying

    /// Applies files, or tells what that would do.
    /// - Parameters:
    ///   - order: the files, and how.
    ///   - origin: what the resources belong to; nil: their stacks.
    ///   - person: who does it.
    /// - Returns: what was planned; `isApplied` tells whether it was done, and `diagnostics` why not.
    /// - Throws: what went wrong in the middle; what was done before that stays.
    func apply(
        _ order: DefinitionOrder,
        origin: String? = nil,
        by person: String
    ) async throws(ControlFailure) -> DefinitionPlan {
        await takeTurn()
        defer { endTurn() }
        let exports = try await exports()
        let reading = await thread.run { [home = parts.home] in
            DefinitionReading(order, origin: origin, home: home, exports: exports)
        }
        var plan = DefinitionPlan(diagnostics: reading.diagnostics)
        if reading.diagnostics.hasErrors { return plan }
        let present = try await present(for: reading)
        plan.diagnostics += DefinitionChecks(reading: reading, present: present).warnings()
        let steps = DefinitionPlanner(reading: reading, present: present).steps(prunes: order.prunes)
        plan.steps = steps.map(\.step)
        plan.notes = Self.notes(reading)
        if order.isDryRun { return plan }
        for planned in steps { try await carryOut(planned, by: person) }
        try await keepExports(of: reading)
        await parts.pipelines.projectsChanged()
        plan.isApplied = true
        let changed = plan.steps.filter(\.change.isChange)
        if !changed.isEmpty {
            parts.log.write(
                .notice,
                "Definitions applied",
                [
                    "files": order.files.map(\.name).joined(separator: " "), "by": person,
                    "changed": changed.map { "\($0.kind) \($0.name)" }.joined(separator: ", "),
                ]
            )
        }
        return plan
    }

    /// What is assumed where a file cannot say it.
    private static func notes(_ reading: DefinitionReading) -> [String] {
        reading.declared.flatMap { declared -> [String] in
            guard case .pipeline(let definition, let assumesRules, _) = declared.resource.value else { return [] }
            var notes: [String] = []
            if let variable = definition.variables.first(where: { $0.defaultValue == nil }) {
                notes.append(
                    "the variable \(variable.name) of pipeline \(definition.name) has no default: a push cannot start it, "
                        + "only `nacre pipeline start \(definition.name) --variable \(variable.name)=VALUE`"
                )
            }
            let triggered = Set(definition.triggers.map(\.sourceActionName))
            let detecting = definition.sourceActions.filter { !triggered.contains($0.name) }
            guard assumesRules, !detecting.isEmpty else { return notes }
            let sources = detecting.map { action in
                let configuration = action.configuration
                let place =
                    configuration["RepositoryName"] ?? configuration["FullRepositoryId"] ?? configuration["Repo"]
                    ?? configuration["S3Bucket"] ?? action.name
                let part = configuration["BranchName"] ?? configuration["Branch"] ?? configuration["S3ObjectKey"]
                return part.map { "`\($0)` of \(place)" } ?? place
            }
            notes.append(
                "pipeline \(definition.name) is started by every change of \(sources.joined(separator: " and ")), "
                    + "as event rules or a webhook would do"
            )
            return notes
        }
    }

    private func carryOut(_ planned: DefinitionPlanner.Planned, by person: String) async throws(ControlFailure) {
        let step = planned.step
        do throws(ControlFailure) {
            if step.change == .remove {
                try await remove(step, by: person)
            } else if let declared = planned.declared {
                try await carryOut(declared, step.change, by: person)
            }
        } catch {
            throw ControlFailure(
                error.code,
                "the \(step.kind) \(step.name) cannot be applied: \(error.message); "
                    + "what comes before it is done, and applying the same files again goes on from there",
                exception: error.exception
            )
        }
    }

    private func carryOut(
        _ declared: DefinitionReading.Declared,
        _ change: DefinitionPlan.Change,
        by person: String
    ) async throws(ControlFailure) {
        let origin = declared.origin
        switch declared.resource.value {
        case .pipeline(let definition, let assumesRules, let transitions):
            // Also of an unchanged one: it may come from elsewhere now.
            _ = try await parts.pipelines.define(definition, origin: origin, assumesRules: assumesRules, by: person)
            for transition in transitions {
                try await parts.pipelines.apply(
                    .setTransition(
                        stage: transition.stage,
                        isEnabled: false,
                        reason: transition.reason,
                        by: person
                    ),
                    to: definition.name
                )
            }
        case .project(let project):
            try await set(Kind.project, project.name, project, origin: origin)
        case .rule(let rule):
            try await set(Kind.rule, rule.name, rule, origin: origin)
        case .repository(let name, _):
            if change == .create { _ = try await parts.repositories.create(name, branches: []) }
        case .parameter(let name, let type, let value):
            guard change.isChange else { return }
            try await work { stores throws(ControlFailure) in
                try stores.putParameter(name, type: type, value: value, by: person)
            }
        case .bucket(let name, let isVersioned):
            guard change.isChange else { return }
            try await work { stores throws(ControlFailure) in try stores.putBucket(name, isVersioned: isVersioned) }
        case .application: break
        case .environment(let declaration):
            guard change.isChange else { return }
            try await work { stores throws(ControlFailure) in try stores.putEnvironment(declaration, by: person) }
        }
    }

    private func remove(_ step: DefinitionPlan.Step, by person: String) async throws(ControlFailure) {
        if step.kind == "pipeline" { return try await parts.pipelines.remove(step.name, by: person) }
        try await journalled { journal throws(JournalError) in
            _ = try journal.removeResource(kind: step.kind, name: step.name)
        }
    }

    // MARK: - What there is

    private func present(for reading: DefinitionReading) async throws(ControlFailure) -> DefinitionPresent {
        var present = DefinitionPresent()
        for record in try await parts.pipelines.pipelines() { present.pipelines[record.name] = record }
        let records = try await journalled { journal throws(JournalError) in
            (
                try journal.resources(kind: Kind.project), try journal.resources(kind: Kind.rule),
                try journal.resources(kind: Kind.mapping), try journal.repositories()
            )
        }
        for record in records.0 { present.projects[record.name] = record }
        for record in records.1 { present.rules[record.name] = record }
        for mapping in records.2.map(Self.mapping) { present.mappings[mapping.remote] = mapping.repository }
        present.repositories = Set(records.3.map(\.name))
        let names = reading.declared.compactMap { declared in
            if case .parameter(let name, _, _) = declared.resource.value { name } else { nil }
        }
        let stored = try await work { stores throws(ControlFailure) in
            (try stores.parameters(names), try stores.buckets(), try stores.environmentFacts())
        }
        (present.parameters, present.buckets, present.environments) = stored
        for declared in reading.declared {
            guard case .pipeline(let definition, _, let transitions) = declared.resource.value, !transitions.isEmpty,
                present.pipelines[definition.name] != nil
            else { continue }
            let stages = try await parts.pipelines.machine(definition.name).stages
            for stage in stages where !stage.transition.isEnabled {
                present.closedTransitions[definition.name, default: [:]][stage.name] = stage.transition.reason ?? ""
            }
        }
        return present
    }

    private func exports() async throws(ControlFailure) -> [String: String] {
        let records = try await journalled { journal throws(JournalError) in try journal.resources(kind: Kind.export) }
        return Dictionary(records.map { ($0.name, $0.body) }) { first, _ in first }
    }

    private func keepExports(of reading: DefinitionReading) async throws(ControlFailure) {
        let now = Timestamp.now().milliseconds
        try await journalled { journal throws(JournalError) in
            let declared = Set(reading.exports.map(\.name))
            for record in try journal.resources(kind: Kind.export)
            where reading.origins.contains(record.origin) && !declared.contains(record.name) {
                _ = try journal.removeResource(kind: Kind.export, name: record.name)
            }
            for export in reading.exports {
                try journal.setResource(
                    kind: Kind.export,
                    name: export.name,
                    body: export.value,
                    origin: export.origin,
                    at: now
                )
            }
        }
    }

    // MARK: - Turns

    /// Waits until nobody else applies anything: a plan must hold until it has been carried out.
    private func takeTurn() async {
        if turns == nil {
            turns = []
        } else {
            await withCheckedContinuation { turns?.append($0) }
        }
    }

    private func endTurn() {
        guard var waiting = turns, !waiting.isEmpty else {
            turns = nil
            return
        }
        let next = waiting.removeFirst()
        turns = waiting
        next.resume()
    }

    // MARK: - Stores

    private func set(
        _ kind: String,
        _ name: String,
        _ value: some Encodable,
        origin: String
    ) async throws(ControlFailure) {
        let body = Self.encode(value)
        let now = Timestamp.now().milliseconds
        try await journalled { journal throws(JournalError) in
            if let old = try journal.resource(kind: kind, name: name), old.body == body, old.origin == origin { return }
            try journal.setResource(kind: kind, name: name, body: body, origin: origin, at: now)
        }
    }

    func work<Value: Sendable>(
        _ body: @escaping @Sendable (DefinitionStores) throws(ControlFailure) -> Value
    ) async throws(ControlFailure) -> Value {
        try await thread.run { [stores = parts.stores] () throws(ControlFailure) in try body(stores) }
    }

    func journalled<Value: Sendable>(
        _ body: @Sendable (Journal) throws(JournalError) -> Value
    ) async throws(ControlFailure) -> Value {
        try await ControlSession.journalled { () throws(JournalError) in try await parts.journal.use(body) }
    }

    static func encode(_ value: some Encodable) -> String {
        // Texts and numbers have a JSON form.
        (try? JSONText.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }

    static func decode<Value: Decodable>(_ type: Value.Type, _ body: String) -> Value? {
        try? JSONText.decode(type, from: Array(body.utf8))
    }

    static func mapping(_ record: ResourceRecord) -> MappedRepository {
        MappedRepository(remote: record.name, repository: RepositoryMapping.repository(in: record.body))
    }
}
