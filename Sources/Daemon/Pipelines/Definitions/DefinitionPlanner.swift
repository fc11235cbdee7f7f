// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Events
internal import JSON
internal import Journals
internal import Pipelines
internal import Templates

/// Works out what applying a reading would change; pure.
struct DefinitionPlanner {
    /// One step, with what carries it out.
    struct Planned: Sendable {
        var step: DefinitionPlan.Step
        /// Nil where nothing is declared: for what is removed, kept, not needed.
        var declared: DefinitionReading.Declared?
    }

    let reading: DefinitionReading
    let present: DefinitionPresent

    /// The kinds, in the order in which they need each other.
    private static let order = [
        "bucket", "repository", "parameter", "application", "environment", "project", "pipeline", "rule",
    ]

    /// All steps in the order in which they are carried out.
    func steps(prunes: Bool) -> [Planned] {
        var steps = reading.declared.enumerated().sorted { left, right in
            (rank(left.element), left.offset) < (rank(right.element), right.offset)
        }.map { plan($0.element) }
        steps += leftOver(prunes: prunes)
        steps += reading.notNeeded.map { noted($0, .notNeeded) }
        steps += reading.unsupported.map { noted($0, .notCarriedOut) }
        return steps
    }

    private func rank(_ declared: DefinitionReading.Declared) -> Int {
        Self.order.firstIndex(of: declared.resource.kind) ?? Self.order.count
    }

    private func noted(_ resource: NotedResource, _ change: DefinitionPlan.Change) -> Planned {
        Planned(
            step: DefinitionPlan.Step(change, kind: resource.type, name: resource.logicalID, note: resource.reason)
        )
    }

    // MARK: - What is declared

    private func plan(_ declared: DefinitionReading.Declared) -> Planned {
        let (change, details) = change(declared.resource.value)
        var step = DefinitionPlan.Step(
            change,
            kind: declared.resource.kind,
            name: declared.resource.name,
            details: details
        )
        if change == .notNeeded { step.note = "environments name their application themselves" }
        return Planned(step: step, declared: declared)
    }

    private func change(_ value: AppliedResource.Value) -> (DefinitionPlan.Change, [String]) {
        switch value {
        case .pipeline(let definition, let assumesRules, let transitions):
            return pipeline(definition, assumesRules: assumesRules, transitions)
        case .project(let project): return resource(present.projects[project.name], project)
        case .rule(let rule): return resource(present.rules[rule.name], rule)
        case .repository(let name, _): return (present.repositories.contains(name) ? .unchanged : .create, [])
        case .parameter(let name, let type, let value):
            guard let old = present.parameters[name] else { return (.create, []) }
            // A value may come from a secret: it is not shown.
            var details: [String] = []
            if old.type != type { details.append("Type: \"\(old.type)\" → \"\(type)\"") }
            if old.value != value { details.append("Value: another one") }
            return (details.isEmpty ? .unchanged : .update, details)
        case .bucket(let name, let isVersioned):
            guard let old = present.buckets[name] else { return (.create, []) }
            // One that keeps versions goes on doing so: a template that says nothing does not mean to lose them.
            return old || !isVersioned ? (.unchanged, []) : (.update, ["versions: off → on"])
        case .application: return (.notNeeded, [])
        case .environment(let declaration): return environment(declaration)
        }
    }

    private func pipeline(
        _ definition: PipelineDefinition,
        assumesRules: Bool,
        _ transitions: [DisabledTransition]
    ) -> (DefinitionPlan.Change, [String]) {
        guard let record = present.pipelines[definition.name] else { return (.create, []) }
        var new = definition
        new.version = record.definition.version
        var details = JSONDifference.lines(from: Self.tree(record.definition), to: Self.tree(new))
        if record.assumesRules != assumesRules {
            details.append(
                assumesRules
                    ? "started by every change of its sources, as the file cannot say by what"
                    : "started by what the template says only"
            )
        }
        let closed = present.closedTransitions[definition.name] ?? [:]
        for transition in transitions where closed[transition.stage] != transition.reason {
            details.append("the transition into \(transition.stage): closed (\(transition.reason))")
        }
        return (details.isEmpty ? .unchanged : .update, details)
    }

    private func resource(_ record: ResourceRecord?, _ value: some Encodable) -> (DefinitionPlan.Change, [String]) {
        guard let record else { return (.create, []) }
        let old = try? JSONText.parse(Array(record.body.utf8))
        let details = JSONDifference.lines(from: old, to: Self.tree(value))
        return (details.isEmpty ? .unchanged : .update, details)
    }

    private func environment(_ declaration: EnvironmentDeclaration) -> (DefinitionPlan.Change, [String]) {
        guard let old = present.environments[declaration.name] else { return (.create, []) }
        var details: [String] = []
        if old.application != declaration.application {
            details.append("ApplicationName: \"\(old.application)\" → \"\(declaration.application)\"")
        }
        if let stack = declaration.solutionStack, stack != old.platform {
            details.append("SolutionStackName: \"\(old.platform ?? "")\" → \"\(stack)\"")
        }
        if let port = DefinitionStores.portText(declaration), port != String(old.port) {
            details.append("Port: \(old.port) → \(port)")
        }
        if let path = DefinitionStores.healthPath(declaration), path != old.healthPath {
            details.append("health check: \"\(old.healthPath)\" → \"\(path)\"")
        }
        // Values may be secret: only the names are shown.
        for name in Set(old.variables.keys).union(declaration.variables.keys).sorted() {
            switch (old.variables[name], declaration.variables[name]) {
            case (nil, _?): details.append("variables.\(name): + a value")
            case (_?, nil): details.append("variables.\(name): - its value")
            case (let before, let after): if before != after { details.append("variables.\(name): another value") }
            }
        }
        return (details.isEmpty ? .unchanged : .update, details)
    }

    // MARK: - What is no longer declared

    /// What the stacks had and no longer declare: what starts others first, then what others need.
    private func leftOver(prunes: Bool) -> [Planned] {
        func names(_ kind: String) -> Set<String> {
            Set(reading.declared.map(\.resource).filter { $0.kind == kind }.map(\.name))
        }
        let all: [(kind: String, resources: [(name: String, origin: String)])] = [
            ("rule", present.rules.values.map { ($0.name, $0.origin) }),
            ("pipeline", present.pipelines.values.map { ($0.name, $0.origin) }),
            ("project", present.projects.values.map { ($0.name, $0.origin) }),
        ]
        return all.flatMap { kind, resources in
            let declared = names(kind)
            return resources.filter { reading.origins.contains($0.origin) && !declared.contains($0.name) }
                .sorted { $0.name < $1.name }
                .map { resource in
                    Planned(
                        step: DefinitionPlan.Step(
                            prunes ? .remove : .kept,
                            kind: kind,
                            name: resource.name,
                            note: "no longer declared by \(resource.origin)" + (prunes ? "" : "; --prune removes it")
                        )
                    )
                }
        }
    }

    private static func tree(_ value: some Encodable) -> JSONValue? {
        (try? JSONText.encode(value)).flatMap { try? JSONText.parse($0) }
    }
}
