// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import JSON

// Triggers with their filters.
extension PipelineCheck {
    mutating func checkTriggers() {
        if definition.triggers.count > 50 {
            add("triggers", .validation, "there are \(definition.triggers.count) triggers; at most 50 are allowed")
        }
        for (index, trigger) in definition.triggers.enumerated() {
            let path = "triggers[\(index)]"
            if trigger.providerType != "CodeStarSourceConnection" {
                add(
                    "\(path).providerType",
                    .validation,
                    "there is no provider `\(trigger.providerType)` of triggers",
                    hint: "write `CodeStarSourceConnection`"
                )
            }
            checkSource(trigger, at: "\(path).gitConfiguration.sourceActionName")
            checkPush(trigger.push, at: "\(path).gitConfiguration.push")
            if let requests = trigger.pullRequest, requests != .null, requests != .array([]) {
                add(
                    "\(path).gitConfiguration.pullRequest",
                    .structure,
                    "there are no pull requests here: this part of the trigger never starts the pipeline",
                    severity: .warning
                )
            }
        }
    }

    private mutating func checkSource(_ trigger: TriggerDeclaration, at path: String) {
        let sources = definition.sourceActions.filter(Self.isSource)
        guard let source = sources.first(where: { $0.name == trigger.sourceActionName }) else {
            var hint: String?
            if looks(among: sources.count) {
                let names = sources.map(\.name)
                hint =
                    Suggestion.hint(for: trigger.sourceActionName, among: names) ?? Self.list("source actions", names)
            }
            add(
                path,
                .structure,
                "the trigger is for `\(trigger.sourceActionName)`, which is no source action of the pipeline",
                hint: hint
            )
            return
        }
        if source.type.provider == "S3" {
            add(path, .structure, "the trigger is for `\(source.name)`, whose source is no repository")
        }
    }

    private mutating func checkPush(_ filters: [TriggerDeclaration.Push], at path: String) {
        if filters.count > 3 {
            add(path, .validation, "there are \(filters.count) filters of pushes; at most 3 are allowed")
        }
        for (index, filter) in filters.enumerated() {
            let place = "\(path)[\(index)]"
            if filter.tags != nil, filter.branches != nil || filter.filePaths != nil {
                add(
                    place,
                    .validation,
                    "a filter of tags cannot be one of branches or paths as well",
                    hint: "make them filters of their own: any of them starts the pipeline"
                )
            }
            checkFilter(filter.tags, at: "\(place).tags")
            checkFilter(filter.branches, at: "\(place).branches")
            checkFilter(filter.filePaths, at: "\(place).filePaths")
        }
    }

    private mutating func checkFilter(_ filter: TriggerDeclaration.Filter?, at path: String) {
        guard let filter else { return }
        if filter.includes == nil, filter.excludes == nil {
            add(path, .validation, "the filter has neither `includes` nor `excludes`")
        }
        for (key, patterns) in [("includes", filter.includes), ("excludes", filter.excludes)] {
            guard let patterns else { continue }
            let place = "\(path).\(key)"
            if !(1...8).contains(patterns.count) {
                add(place, .validation, "there are \(patterns.count) patterns; 1 to 8 are allowed")
            }
            for (index, pattern) in patterns.enumerated() where !(1...255).contains(pattern.unicodeScalars.count) {
                add("\(place)[\(index)]", .validation, "the pattern has no characters or more than 255")
            }
            for (index, pattern) in patterns.enumerated() {
                guard let problem = TriggerGlob.problem(pattern) else { continue }
                add("\(place)[\(index)]", .validation, "`\(pattern)` is no pattern: \(problem)")
            }
        }
    }
}
