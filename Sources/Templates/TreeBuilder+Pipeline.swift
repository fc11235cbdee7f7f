// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import JSON
internal import Pipelines

// A pipeline: the tree of `get-pipeline`, or the properties of `AWS::CodePipeline::Pipeline`.
extension TreeBuilder {
    private static let keys = [
        "name", "roleArn", "artifactStore", "artifactStores", "stages", "executionMode", "pipelineType", "variables",
        "triggers",
    ]
    private static let apiKeys = ["version"]
    private static let templateKeys = ["disableInboundStageTransitions", "restartExecutionOnUpdate", "tags"]

    /// Reads a pipeline and checks it; one without a name gets the generated one, where there is one.
    mutating func pipeline(_ node: Node, name generated: String? = nil) -> PipelineDefinition? {
        let tree = Tree(node: node, path: "")
        let known = Self.keys + (keyCase == .camel ? Self.apiKeys : Self.templateKeys)
        guard let fields = fields(tree, "the pipeline", known: known) else { return nil }
        var result = PipelineDefinition(name: "", stages: [])
        if let generated, fields["name"] == nil {
            result.name = generated
        } else {
            result.name = requiredText(fields, "name", of: "the pipeline")
        }
        if let version = number(fields["version"]) { result.version = version }
        if let mode = word(fields["executionMode"], ExecutionMode.self) { result.executionMode = mode }
        result.pipelineType = text(fields["pipelineType"])
        result.variables = items(fields["variables"]).map { variable($0) }
        result.triggers = items(fields["triggers"]).map { trigger($0) }
        result.stages = items(required(fields, "stages", of: "the pipeline")).map { stage($0) }
        for key in ["roleArn", "artifactStore"] {
            if let tree = fields[key] { result.unused[key] = json(tree.node) }
        }
        if let tree = fields["artifactStores"] { result.unused["artifactStores"] = stores(tree) }
        if let restart = fields["restartExecutionOnUpdate"], flag(restart) == true {
            warn("this is not carried out here: a changed pipeline starts no execution by itself", at: restart)
        }
        check(result, tree)
        hideTokens(&result)
        return result
    }

    /// CloudFormation has a list of regions and stores, the API a map.
    private mutating func stores(_ tree: Tree) -> JSONValue {
        guard keyCase == .pascal else { return json(tree.node) }
        var result: [String: JSONValue] = [:]
        for item in items(tree) {
            guard let fields = fields(item, "the artifact store", known: ["region", "artifactStore"]),
                let region = text(fields["region"]), let store = fields["artifactStore"]
            else { continue }
            result[region] = json(store.node)
        }
        return .object(result)
    }

    /// The token of GitHub is not used here, and would be read wherever the definition is shown.
    private func hideTokens(_ definition: inout PipelineDefinition) {
        for stage in definition.stages.indices {
            for action in definition.stages[stage].actions.indices
            where definition.stages[stage].actions[action].configuration["OAuthToken"] != nil {
                definition.stages[stage].actions[action].configuration["OAuthToken"] = "****"
            }
        }
    }

    /// The transitions that a template closes.
    mutating func disabledTransitions(_ node: Node, of definition: PipelineDefinition) -> [DisabledTransition] {
        let key = keyCase.written("disableInboundStageTransitions")
        guard let list = node[key] else { return [] }
        let stages = Set(definition.stages.map(\.name))
        var result: [DisabledTransition] = []
        for item in items(Tree(node: list, path: "disableInboundStageTransitions")) {
            guard let fields = fields(item, "the transition", known: ["stageName", "reason"]) else { continue }
            let stage = requiredText(fields, "stageName", of: "the transition")
            let reason = requiredText(fields, "reason", of: "the transition")
            if let name = fields["stageName"], !stages.contains(stage) {
                let hint = problems.isFull() ? nil : Suggestion.hint(for: stage, among: definition.stages.map(\.name))
                error("there is no stage `\(stage)`", at: name, hint: hint)
            }
            result.append(DisabledTransition(stage: stage, reason: reason))
        }
        return result
    }

    // MARK: - What the pipeline's own check finds

    private mutating func check(_ definition: PipelineDefinition, _ tree: Tree) {
        for problem in definition.problems() where !isRefused(problem.path) {
            let place = place(of: problem.path, in: tree.node, ofKey: problem.concernsKey)
            let path = shown(problem.path)
            problems.add(
                Diagnostic(
                    problem.severity == .error ? .error : .warning,
                    (path.isEmpty ? "" : "\(path): ") + problem.message + " (\(problem.exception))",
                    at: place.location,
                    length: place.length,
                    hint: problem.hint
                )
            )
        }
    }

    /// The place of a path, or of the nearest value above it that is there.
    private func place(of path: String, in root: Node, ofKey: Bool) -> Node.Place {
        var node = root
        var place = root.place
        for component in KeyCase.components(path) {
            var name = component.name[...]
            var indices: [Int] = []
            if !component.isFree, let bracket = name.firstIndex(of: "[") {
                indices = name[bracket...].split(whereSeparator: { $0 == "[" || $0 == "]" }).compactMap { Int($0) }
                name = name[..<bracket]
            }
            let key = component.isFree ? String(name) : keyCase.written(String(name))
            guard let entry = node.entry(key) else { return place }
            node = entry.value
            place = ofKey ? entry.place : node.place
            for index in indices {
                guard let items = node.items, items.indices.contains(index) else { return place }
                node = items[index]
                place = node.place
            }
        }
        return place
    }

    // MARK: - Variables and triggers

    private mutating func variable(_ tree: Tree) -> VariableDeclaration {
        guard let fields = fields(tree, "the variable", known: ["name", "defaultValue", "description"]) else {
            return VariableDeclaration(name: "")
        }
        return VariableDeclaration(
            name: requiredText(fields, "name", of: "the variable"),
            defaultValue: text(fields["defaultValue"]),
            description: text(fields["description"])
        )
    }

    private mutating func trigger(_ tree: Tree) -> TriggerDeclaration {
        var result = TriggerDeclaration(sourceActionName: "", push: [])
        guard let fields = fields(tree, "the trigger", known: ["providerType", "gitConfiguration"]) else {
            return result
        }
        result.providerType = requiredText(fields, "providerType", of: "the trigger")
        guard let git = required(fields, "gitConfiguration", of: "the trigger"),
            let members = self.fields(git, "the trigger", known: ["sourceActionName", "push", "pullRequest"])
        else { return result }
        result.sourceActionName = requiredText(members, "sourceActionName", of: "the trigger")
        result.push = items(members["push"]).map { push($0) }
        result.pullRequest = members["pullRequest"].map { json($0.node) }
        return result
    }

    private mutating func push(_ tree: Tree) -> TriggerDeclaration.Push {
        guard let fields = fields(tree, "the filter", known: ["tags", "branches", "filePaths"]) else {
            return TriggerDeclaration.Push()
        }
        return TriggerDeclaration.Push(
            tags: filter(fields["tags"]),
            branches: filter(fields["branches"]),
            filePaths: filter(fields["filePaths"])
        )
    }

    private mutating func filter(_ tree: Tree?) -> TriggerDeclaration.Filter? {
        guard let tree, let fields = fields(tree, "the filter", known: ["includes", "excludes"]) else { return nil }
        return TriggerDeclaration.Filter(
            includes: fields["includes"].map { texts($0) },
            excludes: fields["excludes"].map { texts($0) }
        )
    }
}
