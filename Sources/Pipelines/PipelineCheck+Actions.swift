// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

// One action: its type, how many artifacts it has, and what only some types have.
extension PipelineCheck {
    private static let categories = ["Source", "Build", "Test", "Deploy", "Approval", "Invoke", "Compute"]

    mutating func checkAction(_ action: ActionDeclaration, _ position: Position, at path: String) {
        if !(1...999).contains(action.runOrder) {
            add("\(path).runOrder", .validation, "the run order \(action.runOrder) is not between 1 and 999")
        }
        checkTimeout(action.timeoutInMinutes, at: path)
        checkReferences(of: action, position, at: path)
        guard let rules = checkType(action, at: "\(path).actionTypeId") else { return }
        checkCounts(action, rules, at: path)
        checkConfiguration(action.configuration, rules.keys, "`\(action.name)`", at: "\(path).configuration")
        checkProvider(action, rules, at: path)
        if rules.hasCommands {
            checkCommands(action.commands, isNeeded: true, at: "\(path).commands")
            checkCommandsAction(action, at: path)
        } else {
            refuseCommands(action, rules, at: path)
        }
    }

    mutating func checkTimeout(_ minutes: Int?, at path: String) {
        guard let minutes, !(5...86_400).contains(minutes) else { return }
        add("\(path).timeoutInMinutes", .validation, "the timeout of \(minutes) minutes is not between 5 and 86400")
    }

    // MARK: - The type

    /// The rules for the action's type; nil, with a problem, where it cannot be carried out.
    private mutating func checkType(_ action: ActionDeclaration, at path: String) -> ActionProviderRules? {
        let type = action.type
        guard ["AWS", "ThirdParty", "Custom"].contains(type.owner) else {
            add(
                "\(path).owner",
                .action,
                "there is no owner `\(type.owner)` of action types",
                hint: Suggestion.hint(for: type.owner, among: ["AWS", "ThirdParty", "Custom"])
                    ?? "write `AWS`, `ThirdParty` or `Custom`"
            )
            return nil
        }
        guard Self.categories.contains(type.category) else {
            add(
                "\(path).category",
                .action,
                "there is no category `\(type.category)` of actions",
                hint: Suggestion.hint(for: type.category, among: Self.categories) ?? Self.list("known", Self.categories)
            )
            return nil
        }
        guard let rules = ActionProviderRules.rules(for: type), rules.owner == type.owner else {
            add("\(path).provider", .action, complaint(type), hint: hint(type))
            return nil
        }
        if type.version != "1" {
            add(
                "\(path).version",
                .action,
                "there is no version `\(type.version)` of \(type.provider) actions",
                hint: "write `\"1\"`"
            )
        }
        return rules
    }

    private func complaint(_ type: ActionTypeID) -> String {
        if let rules = ActionProviderRules.rules(for: type) {
            return "the provider `\(type.provider)` is of the owner `\(rules.owner)`, not `\(type.owner)`"
        }
        if let reason = RefusedProviders.reason(for: type) {
            return "\(type.category) actions of \(type.provider) cannot be carried out here: \(reason)"
        }
        if let other = ActionProviderRules.all.first(where: { $0.provider == type.provider }) {
            let categories = ActionProviderRules.all.filter { $0.provider == type.provider }.flatMap(\.categories)
            return "\(other.provider) actions are of the category \(categories.joined(separator: " or ")),"
                + " not \(type.category)"
        }
        return "there is no provider `\(type.provider)` of \(type.category) actions"
    }

    private func hint(_ type: ActionTypeID) -> String? {
        if let rules = ActionProviderRules.rules(for: type) { return "write the owner `\(rules.owner)`" }
        if RefusedProviders.reason(for: type) != nil {
            return switch type.category {
            case "Source": "sources are CodeCommit, CodeStarSourceConnection, GitHub and S3"
            case "Deploy": "deploy to S3, ElasticBeanstalk or CodeDeploy, or do it with the commands of a build action"
            default: "do it with the commands of a CodeBuild or Commands action"
            }
        }
        let known = ActionProviderRules.all.filter { $0.categories.contains(type.category) }.map(\.provider)
        return Suggestion.hint(for: type.provider, among: known + RefusedProviders.names)
            ?? Self.list("\(type.category) actions have", known)
    }

    // MARK: - Artifacts

    private mutating func checkCounts(_ action: ActionDeclaration, _ rules: ActionProviderRules, at path: String) {
        let counts = [
            ("inputArtifacts", "input", action.inputArtifacts.count, rules.inputs),
            ("outputArtifacts", "output", action.outputArtifacts.count, rules.outputs),
        ]
        for (key, kind, count, range) in counts where !range.contains(count) {
            add(
                "\(path).\(key)",
                .action,
                "the action `\(action.name)` has \(Self.number(count, kind));"
                    + " one of \(rules.provider) has \(Self.range(range))"
            )
        }
    }

    private static func number(_ count: Int, _ kind: String) -> String {
        switch count {
        case 0: "no \(kind) artifact"
        case 1: "an \(kind) artifact"
        default: "\(count) \(kind) artifacts"
        }
    }

    private static func range(_ range: ClosedRange<Int>) -> String {
        if range == 0...0 { return "none" }
        return range.count == 1 ? "just \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
    }

    // MARK: - Commands

    mutating func checkCommands(_ commands: [String], isNeeded: Bool, at path: String) {
        if commands.isEmpty, isNeeded {
            add(path, .action, "`commands` is missing", hint: "list the commands, one text each")
        }
        if commands.count > 50 {
            add(path, .validation, "there are \(commands.count) commands; at most 50 are allowed")
        }
        for (index, command) in commands.enumerated() {
            let place = "\(path)[\(index)]"
            if command.isEmpty {
                add(place, .validation, "the command is empty")
            } else if command.unicodeScalars.count > 1000 {
                add(place, .validation, "the command has more than 1000 characters", hint: "put it into a script")
            } else if command.utf8.contains(UInt8(ascii: "\n")) {
                add(place, .validation, "the command has several lines", hint: "make each line a command")
            }
        }
    }

    private mutating func checkCommandsAction(_ action: ActionDeclaration, at path: String) {
        if action.outputVariables.count > 15 {
            add("\(path).outputVariables", .validation, "there are more than 15 output variables")
        }
        for (index, name) in action.outputVariables.enumerated() {
            checkWord(name, .variable, "variable's name", at: "\(path).outputVariables[\(index)]")
        }
        for (index, output) in action.outputArtifacts.enumerated() where output.files.count > 10 {
            add("\(path).outputArtifacts[\(index)].files", .validation, "there are more than 10 patterns of files")
        }
        if action.environmentVariables.count > 10 {
            add("\(path).environmentVariables", .validation, "there are more than 10 environment variables")
        }
        var known: Set<String> = []
        for (index, variable) in action.environmentVariables.enumerated() {
            let place = "\(path).environmentVariables[\(index)]"
            checkWord(variable.name, .variable, "variable's name", at: "\(place).name")
            if !known.insert(variable.name).inserted {
                add("\(place).name", .action, "the environment variable `\(variable.name)` is given twice")
            }
            if let type = variable.type, type != "PLAINTEXT", type != "SECRETS_MANAGER" {
                add(
                    "\(place).type",
                    .validation,
                    "there is no type `\(type)` of environment variables",
                    hint: Suggestion.hint(for: type, among: ["PLAINTEXT", "SECRETS_MANAGER"])
                        ?? "write `PLAINTEXT` or `SECRETS_MANAGER`"
                )
            }
        }
    }

    private mutating func refuseCommands(_ action: ActionDeclaration, _ rules: ActionProviderRules, at path: String) {
        let given = [
            ("commands", !action.commands.isEmpty), ("outputVariables", !action.outputVariables.isEmpty),
            ("environmentVariables", !action.environmentVariables.isEmpty),
        ]
        for (key, isGiven) in given where isGiven {
            add(
                "\(path).\(key)",
                .action,
                "an action of \(rules.provider) has no `\(key)`; only one of Commands has",
                hint: rules.provider == "CodeBuild" && key == "environmentVariables"
                    ? "give them as JSON text in the configuration's `EnvironmentVariables`" : nil
            )
        }
        for (index, output) in action.outputArtifacts.enumerated() where !output.files.isEmpty {
            add(
                "\(path).outputArtifacts[\(index)].files",
                .action,
                "an action of \(rules.provider) has no `files`; only one of Commands has",
                hint: rules.provider == "CodeBuild" ? "the buildspec's `artifacts` names them" : nil
            )
        }
    }
}
