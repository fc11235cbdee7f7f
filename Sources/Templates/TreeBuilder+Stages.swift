// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Events
internal import JSON
internal import Pipelines

// The stages of a pipeline, with their actions and conditions.
extension TreeBuilder {
    private static let actionKeys = [
        "name", "actionTypeId", "runOrder", "configuration", "commands", "inputArtifacts", "outputArtifacts",
        "outputVariables", "environmentVariables", "namespace", "region", "roleArn", "timeoutInMinutes",
    ]
    private static let ruleKeys = [
        "name", "ruleTypeId", "configuration", "commands", "inputArtifacts", "region", "roleArn", "timeoutInMinutes",
    ]

    mutating func stage(_ tree: Tree) -> StageDeclaration {
        var result = StageDeclaration(name: "", actions: [])
        let known = ["name", "actions", "blockers", "beforeEntry", "onSuccess", "onFailure"]
        guard let fields = fields(tree, "the stage", known: known) else { return result }
        result.name = requiredText(fields, "name", of: "the stage")
        result.actions = items(required(fields, "actions", of: "the stage")).map { action($0) }
        result.beforeEntry = conditions(fields["beforeEntry"])
        result.onSuccess = conditions(fields["onSuccess"])
        result.onFailure = failureConditions(fields["onFailure"])
        result.blockers = fields["blockers"].map { json($0.node) }
        return result
    }

    private mutating func action(_ tree: Tree) -> ActionDeclaration {
        var result = ActionDeclaration(name: "", type: ActionTypeID(category: "", provider: ""))
        guard let fields = fields(tree, "the action", known: Self.actionKeys) else { return result }
        result.name = requiredText(fields, "name", of: "the action")
        if let type = required(fields, "actionTypeId", of: "the action") { result.type = typeID(type) }
        if let order = number(fields["runOrder"]) { result.runOrder = order }
        result.configuration = textMap(fields["configuration"])
        result.commands = texts(fields["commands"])
        result.inputArtifacts = items(fields["inputArtifacts"]).map { artifact($0)?.name ?? "" }
        result.outputArtifacts = items(fields["outputArtifacts"]).map { output($0) }
        result.outputVariables = texts(fields["outputVariables"])
        result.environmentVariables = items(fields["environmentVariables"]).map { environmentVariable($0) }
        result.namespace = text(fields["namespace"])
        result.timeoutInMinutes = number(fields["timeoutInMinutes"])
        for key in ["region", "roleArn"] {
            if let tree = fields[key] { result.unused[key] = json(tree.node) }
        }
        return result
    }

    private mutating func typeID(_ tree: Tree) -> ActionTypeID {
        var result = ActionTypeID(category: "", provider: "")
        guard let fields = fields(tree, "the type", known: ["category", "owner", "provider", "version"]) else {
            return result
        }
        result.category = requiredText(fields, "category", of: "the type")
        result.owner = requiredText(fields, "owner", of: "the type")
        result.provider = requiredText(fields, "provider", of: "the type")
        result.version = requiredText(fields, "version", of: "the type")
        return result
    }

    /// An artifact: `{"name": …}`, or in a hand-written tree its name alone.
    private mutating func artifact(_ tree: Tree) -> (name: String, fields: Fields?)? {
        guard tree.node.entries != nil else {
            if tree.node.scalarText != nil {
                let written = keyCase.written("name")
                error(
                    "an artifact is a mapping with its name",
                    at: tree,
                    hint: "write `\(written): \(text(tree) ?? "")`"
                )
            } else {
                _ = text(tree)
            }
            return nil
        }
        guard let fields = fields(tree, "the artifact", known: ["name", "files"]) else { return nil }
        return (requiredText(fields, "name", of: "the artifact"), fields)
    }

    private mutating func output(_ tree: Tree) -> ActionDeclaration.Output {
        guard let artifact = artifact(tree) else { return ActionDeclaration.Output(name: "") }
        return ActionDeclaration.Output(name: artifact.name, files: texts(artifact.fields?["files"]))
    }

    private mutating func environmentVariable(_ tree: Tree) -> ActionDeclaration.Environment {
        guard let fields = fields(tree, "the variable", known: ["name", "value", "type"]) else {
            return ActionDeclaration.Environment(name: "", value: "")
        }
        return ActionDeclaration.Environment(
            name: requiredText(fields, "name", of: "the variable"),
            value: requiredText(fields, "value", of: "the variable"),
            type: text(fields["type"])
        )
    }

    // MARK: - Conditions

    /// AWS's list of exactly one condition.
    private mutating func conditions(_ tree: Tree?) -> ConditionDeclaration? {
        guard let tree, let fields = fields(tree, "the hook", known: ["conditions"]),
            let list = required(fields, "conditions", of: "the hook")
        else { return nil }
        return onlyCondition(list)
    }

    private mutating func onlyCondition(_ list: Tree) -> ConditionDeclaration? {
        let items = items(list)
        if items.count != 1, !isRefused(list.path) {
            error("there are \(items.count) conditions; a hook has exactly one", at: list)
        }
        return items.first.map { condition($0) }
    }

    private mutating func condition(_ tree: Tree) -> ConditionDeclaration {
        guard let fields = fields(tree, "the condition", known: ["result", "rules"]) else {
            return ConditionDeclaration(result: .fail, rules: [])
        }
        return ConditionDeclaration(
            result: word(fields["result"], ConditionResult.self) ?? .fail,
            rules: items(required(fields, "rules", of: "the condition")).map { rule($0) }
        )
    }

    private mutating func failureConditions(_ tree: Tree?) -> FailureConditions? {
        let known = ["result", "retryConfiguration", "conditions"]
        guard let tree, let fields = fields(tree, "the hook", known: known) else { return nil }
        var mode: RetryMode?
        if let retry = fields["retryConfiguration"], let members = self.fields(retry, "it", known: ["retryMode"]) {
            mode = word(members["retryMode"], RetryMode.self)
        }
        return FailureConditions(
            result: word(fields["result"], ConditionResult.self),
            retryMode: mode,
            condition: fields["conditions"].flatMap { onlyCondition($0) }
        )
    }

    /// The times of a window, in whichever zone.
    private mutating func checkWindow(_ tree: Tree, _ configuration: [String: String]) {
        guard let cron = configuration["Cron"], !cron.isEmpty, !cron.contains("#{"), let node = tree.node["Cron"] else {
            return
        }
        do throws(EventError) { _ = try DeploymentWindow(cron: cron) } catch {
            self.error(error.message, at: Tree(node: node, path: "\(tree.path).Cron"))
        }
    }

    private mutating func rule(_ tree: Tree) -> RuleDeclaration {
        var result = RuleDeclaration(name: "", provider: "")
        guard let fields = fields(tree, "the rule", known: Self.ruleKeys) else { return result }
        result.name = requiredText(fields, "name", of: "the rule")
        if let type = required(fields, "ruleTypeId", of: "the rule"),
            let members = self.fields(type, "the type", known: ["category", "owner", "provider", "version"])
        {
            result.provider = requiredText(members, "provider", of: "the type")
            if let category = members["category"], let text = text(category), text != "Rule" {
                error("the category of a rule is `Rule`, not `\(text.prefix(60))`", at: category)
            }
        }
        result.configuration = textMap(fields["configuration"])
        if let configuration = fields["configuration"], result.provider == "DeploymentWindow" {
            checkWindow(configuration, result.configuration)
        }
        result.commands = texts(fields["commands"])
        result.inputArtifacts = items(fields["inputArtifacts"]).map { artifact($0)?.name ?? "" }
        result.timeoutInMinutes = number(fields["timeoutInMinutes"])
        return result
    }
}
