// SPDX-License-Identifier: Apache-2.0

import Pipelines
import TestSupport

/// Definitions that nobody would write, and that are valid all the same.
enum RandomDefinition {
    /// A pipeline of two to six stages.
    static func make(version: Int, using random: inout SeededNumbers) -> PipelineDefinition {
        var artifacts: [String] = []
        var namespaces: [String] = []
        var stages: [StageDeclaration] = []
        // Names repeat between versions, so that stages stay, go and change their places.
        var names = ["Build", "Test", "Approve", "Staging", "Production", "Notify"].shuffled(using: &random)
        let count = Int.random(in: 2...6, using: &random)
        for index in 0..<count {
            let name = index == 0 ? "Source" : names.removeLast()
            var stage = StageDeclaration(name: name, actions: [])
            let groups = index == 0 ? 1 : Int.random(in: 1...3, using: &random)
            for group in 1...groups {
                let inputs = artifacts
                let variables = namespaces
                for place in 1...Int.random(in: 1...3, using: &random) {
                    var action = action("a\(group)\(place)", isSource: index == 0, using: &random)
                    action.runOrder = group * 10
                    action.namespace = "\(name)-\(action.name)"
                    if let namespace = action.namespace { namespaces.append(namespace) }
                    if !action.type.isApproval, random.happens(60) {
                        let artifact = "\(name)_\(action.name)"
                        action.outputArtifacts = [.init(name: artifact)]
                        artifacts.append(artifact)
                    }
                    if !action.type.isApproval, let input = inputs.randomElement(using: &random), random.happens(40) {
                        action.inputArtifacts = [input]
                    }
                    if let namespace = variables.randomElement(using: &random), random.happens(20) {
                        action.configuration["Text"] = "#{\(namespace).\(random.happens(95) ? "Value" : "Missing")}"
                    }
                    stage.actions.append(action)
                }
            }
            if random.happens(20) { stage.beforeEntry = condition([.fail, .skip], using: &random) }
            if random.happens(15) { stage.onSuccess = condition([.fail, .rollback], using: &random) }
            if random.happens(35) { stage.onFailure = failure(using: &random) }
            stages.append(stage)
        }
        var definition = PipelineDefinition(name: "random", stages: stages)
        definition.version = version
        definition.executionMode = ExecutionMode.allCases.randomElement(using: &random) ?? .superseded
        definition.variables = [VariableDeclaration(name: "Where", defaultValue: "dev")]
        return definition
    }

    private static func action(
        _ name: String,
        isSource: Bool,
        using random: inout SeededNumbers
    ) -> ActionDeclaration {
        let type =
            if isSource {
                ActionTypeID(category: "Source", provider: "CodeCommit")
            } else if random.happens(15) {
                ActionTypeID(category: "Approval", provider: "Manual")
            } else {
                ActionTypeID(category: "Build", provider: "CodeBuild")
            }
        return ActionDeclaration(name: name, type: type)
    }

    private static func condition(
        _ results: [ConditionResult],
        using random: inout SeededNumbers
    ) -> ConditionDeclaration {
        let result = results.randomElement(using: &random) ?? .fail
        if random.happens(50) {
            return Sketch.check("#{variables.Where}", "EQ", random.happens(60) ? "dev" : "prod", result)
        }
        return random.happens(50) ? Sketch.rules("r1", result: result) : Sketch.rules("r1", "r2", result: result)
    }

    private static func failure(using random: inout SeededNumbers) -> FailureConditions {
        let result = ConditionResult.allCases.randomElement(using: &random)
        let mode = RetryMode.allCases.randomElement(using: &random)
        guard random.happens(30) else { return FailureConditions(result: result, retryMode: mode) }
        let condition = condition(ConditionResult.allCases, using: &random)
        return FailureConditions(result: nil, retryMode: mode, condition: condition)
    }
}
