// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

// The conditions of a stage and their rules.
extension PipelineCheck {
    private static let ruleProviders = ["VariableCheck", "Commands", "DeploymentWindow", "CodeBuild"]

    mutating func checkConditions(_ stage: StageDeclaration, _ index: Int) {
        let path = "stages[\(index)]"
        if let condition = stage.beforeEntry {
            checkResult(condition.result, [.fail, .skip], index, at: "\(path).beforeEntry.conditions[0].result")
            check(condition, before: Position(stage: index, runOrder: .min), at: "\(path).beforeEntry.conditions[0]")
        }
        if let condition = stage.onSuccess {
            checkResult(condition.result, [.fail, .rollback], index, at: "\(path).onSuccess.conditions[0].result")
            check(condition, before: Position(stage: index + 1, runOrder: .min), at: "\(path).onSuccess.conditions[0]")
        }
        guard let failure = stage.onFailure else { return }
        let all = ConditionResult.allCases
        if let result = failure.result { checkResult(result, all, index, at: "\(path).onFailure.result") }
        if let condition = failure.condition {
            checkResult(condition.result, all, index, at: "\(path).onFailure.conditions[0].result")
            check(condition, before: Position(stage: index + 1, runOrder: .min), at: "\(path).onFailure.conditions[0]")
        } else if failure.result == nil {
            add("\(path).onFailure", .stage, "`onFailure` has neither a result nor a condition")
        }
        if failure.retryMode != nil, failure.result != .retry, failure.condition?.result != .retry {
            add(
                "\(path).onFailure.retryConfiguration",
                .stage,
                "a retry is configured, but the result is not `RETRY`",
                severity: .warning
            )
        }
    }

    private mutating func checkResult(
        _ result: ConditionResult,
        _ allowed: [ConditionResult],
        _ stage: Int,
        at path: String
    ) {
        guard allowed.contains(result) else {
            let names = allowed.map(\.rawValue)
            add(path, .stage, "the result cannot be `\(result.rawValue)` here", hint: Self.list("it is one of", names))
            return
        }
        guard result == .rollback else { return }
        if stage == 0 {
            add(path, .stage, "the stage of the sources cannot be rolled back; write `RETRY` or `FAIL`")
        } else if definition.executionMode == .parallel {
            add(
                path,
                .structure,
                "a pipeline whose execution mode is PARALLEL cannot be rolled back",
                hint: "take another execution mode, or another result"
            )
        }
    }

    private mutating func check(_ condition: ConditionDeclaration, before position: Position, at path: String) {
        if condition.rules.isEmpty { add("\(path).rules", .stage, "the condition has no rules; it needs 1 to 5") }
        if condition.rules.count > 5 {
            add("\(path).rules", .stage, "the condition has \(condition.rules.count) rules; at most 5 are allowed")
        }
        var names: Set<String> = []
        for (index, rule) in condition.rules.enumerated() {
            let place = "\(path).rules[\(index)]"
            checkWord(rule.name, .name, "rule's name", at: "\(place).name")
            if !names.insert(rule.name).inserted, !rule.name.isEmpty {
                add("\(place).name", .stage, "the condition already has a rule `\(rule.name)`")
            }
            checkRule(rule, before: position, at: place)
        }
    }

    private mutating func checkRule(_ rule: RuleDeclaration, before position: Position, at path: String) {
        checkTimeout(rule.timeoutInMinutes, at: path)
        checkInputs(rule.inputArtifacts, of: nil, before: position, at: "\(path).inputArtifacts")
        checkReferences(in: rule.configuration, before: position, at: "\(path).configuration")
        for (index, command) in rule.commands.enumerated() {
            checkReferences(in: command, before: position, at: "\(path).commands[\(index)]")
        }
        guard let keys = ruleKeys(rule.provider) else {
            refuseRule(rule, at: "\(path).ruleTypeId.provider")
            return
        }
        checkConfiguration(rule.configuration, keys, "`\(rule.name)`", limit: 10_000, at: "\(path).configuration")
        if rule.provider == "Commands" {
            checkCommands(rule.commands, isNeeded: true, at: "\(path).commands")
        } else if !rule.commands.isEmpty {
            add("\(path).commands", .stage, "a rule of \(rule.provider) has no `commands`; only one of Commands has")
        }
        if rule.provider == "CodeBuild" {
            checkPrimarySource(
                rule.configuration["PrimarySource"],
                rule.inputArtifacts,
                at: "\(path).configuration"
            )
        }
        checkPattern(rule, at: "\(path).configuration.Value")
        if rule.provider == "VariableCheck", let variable = rule.configuration["Variable"], !variable.contains("#{") {
            add(
                "\(path).configuration.Variable",
                .action,
                "`Variable` is the text `\(variable.prefix(60))`, which is always the same",
                hint: "refer to a variable, such as `#{SourceVariables.BranchName}`",
                severity: .warning
            )
        }
    }

    private mutating func checkPattern(_ rule: RuleDeclaration, at path: String) {
        guard rule.provider == "VariableCheck", rule.configuration["Operator"] == "MATCHES",
            let pattern = rule.configuration["Value"], !pattern.contains("#{")
        else { return }
        do throws(TextPattern.Problem) { _ = try TextPattern(pattern) } catch {
            add(path, .action, "the pattern `\(pattern.prefix(120))` cannot be used: \(error.message)")
        }
    }

    private mutating func refuseRule(_ rule: RuleDeclaration, at path: String) {
        if let reason = RefusedProviders.reason(forRule: rule.provider) {
            add(
                path,
                .action,
                "rules of \(rule.provider) cannot be carried out here: \(reason)",
                hint: "do it with the commands of a rule of Commands or CodeBuild"
            )
        } else {
            add(
                path,
                .action,
                "there is no provider `\(rule.provider)` of rules",
                hint: Suggestion.hint(for: rule.provider, among: Self.ruleProviders)
                    ?? Self.list("rules have", Self.ruleProviders)
            )
        }
    }

    private func ruleKeys(_ provider: String) -> [ActionProviderRules.Key]? {
        func key(
            _ name: String,
            isRequired: Bool = true,
            _ form: ActionProviderRules.Key.Form = .any
        )
            -> ActionProviderRules.Key
        {
            ActionProviderRules.Key(name: name, isRequired: isRequired, form: form)
        }
        return switch provider {
        case "VariableCheck":
            [
                key("Variable"), key("Operator", .oneOf(["EQ", "NE", "CONTAINS", "MATCHES"])), key("Value"),
            ]
        case "DeploymentWindow": [key("Cron"), key("TimeZone", isRequired: false)]
        case "CodeBuild": ActionProviderRules.buildKeys
        case "Commands": []
        default: nil
        }
    }
}
