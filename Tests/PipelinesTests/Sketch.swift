// SPDX-License-Identifier: Apache-2.0

import Pipelines

/// Definitions written in short.
enum Sketch {
    /// A pipeline of stages such as `Build: train<Code>Model lint | check?`.
    ///
    /// `|` stands between run orders; `?` marks an approval; `<` precedes inputs and `>` outputs, with commas between. Every
    /// action has its own name as namespace. The first stage has the sources.
    static func pipeline(_ stages: String..., mode: ExecutionMode = .superseded, version: Int = 1) -> PipelineDefinition
    {
        pipeline(stages, mode: mode, version: version)
    }

    static func pipeline(_ stages: [String], mode: ExecutionMode = .superseded, version: Int = 1) -> PipelineDefinition
    {
        var definition = PipelineDefinition(
            name: "abalone",
            stages: stages.enumerated().map { stage($1, isSource: $0 == 0) }
        )
        definition.executionMode = mode
        definition.version = version
        return definition
    }

    static func stage(_ text: String, isSource: Bool) -> StageDeclaration {
        let parts = text.split(separator: ":")
        var actions: [ActionDeclaration] = []
        for (order, group) in parts[1].split(separator: "|").enumerated() {
            for word in group.split(separator: " ") {
                var action = action(String(word), isSource: isSource)
                action.runOrder = order + 1
                actions.append(action)
            }
        }
        return StageDeclaration(name: String(parts[0]), actions: actions)
    }

    private static func action(_ word: String, isSource: Bool) -> ActionDeclaration {
        let outputs = word.split(separator: ">", maxSplits: 1)
        let inputs = outputs[0].split(separator: "<", maxSplits: 1)
        let isApproval = inputs[0].hasSuffix("?")
        let name = String(isApproval ? inputs[0].dropLast() : inputs[0])
        let type =
            if isApproval {
                ActionTypeID(category: "Approval", provider: "Manual")
            } else if isSource {
                ActionTypeID(category: "Source", provider: "CodeCommit")
            } else {
                ActionTypeID(category: "Build", provider: "CodeBuild")
            }
        var action = ActionDeclaration(name: name, type: type)
        action.namespace = name
        if inputs.count == 2 { action.inputArtifacts = inputs[1].split(separator: ",").map(String.init) }
        if outputs.count == 2 {
            action.outputArtifacts = outputs[1].split(separator: ",").map { ActionDeclaration.Output(name: String($0)) }
        }
        return action
    }

    /// A condition of one VariableCheck.
    static func check(
        _ variable: String,
        _ comparison: String,
        _ value: String,
        _ result: ConditionResult
    ) -> ConditionDeclaration {
        let configuration = ["Variable": variable, "Operator": comparison, "Value": value]
        return ConditionDeclaration(
            result: result,
            rules: [RuleDeclaration(name: "Check", provider: "VariableCheck", configuration: configuration)]
        )
    }

    /// A condition of rules that somebody has to decide.
    static func rules(_ names: String..., result: ConditionResult) -> ConditionDeclaration {
        ConditionDeclaration(result: result, rules: names.map { RuleDeclaration(name: $0, provider: "Commands") })
    }
}

extension PipelineDefinition {
    /// The same with a stage changed.
    func with(_ stage: String, _ body: (inout StageDeclaration) -> Void) -> PipelineDefinition {
        var changed = self
        for index in changed.stages.indices where changed.stages[index].name == stage { body(&changed.stages[index]) }
        return changed
    }

    /// The same with an action changed.
    func with(_ stage: String, _ action: String, _ body: (inout ActionDeclaration) -> Void) -> PipelineDefinition {
        with(stage) { stage in
            for index in stage.actions.indices where stage.actions[index].name == action { body(&stage.actions[index]) }
        }
    }

    /// The same as a later version.
    func version(_ version: Int) -> PipelineDefinition {
        var changed = self
        changed.version = version
        return changed
    }
}
