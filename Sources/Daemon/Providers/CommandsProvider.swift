// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Pipelines

/// Commands: actions of the category Compute, and rules; no project and no buildspec, the commands are in the pipeline.
///
/// Each command is a list item of a buildspec, which keeps variables and folder for the next and stops at the first failure.
///
/// Source: "Commands action reference", CodePipeline user guide.
struct CommandsProvider: ActionProvider {
    let builds: ActionBuilds

    func run(_ order: ActionOrder, _ progress: ActionProgress) async -> ActionOutcome {
        await builds.run(order, progress) { () async throws(ActionFailure) in try Self.plan(order) }
    }

    private static func plan(_ order: ActionOrder) throws(ActionFailure) -> ActionBuilds.Plan {
        guard !order.commands.isEmpty else {
            throw ActionFailure(.configurationError, "`commands` is empty: say what is to be run")
        }
        if order.outputs.count > 1 {
            throw ActionFailure(.configurationError, "an action of Commands makes one output artifact at most")
        }
        var buildspec = GeneratedBuildspec(commands: order.commands)
        buildspec.exportedVariables = order.outputVariables
        if let output = order.outputs.first { buildspec.files = output.files.isEmpty ? ["**/*"] : output.files }
        var plan = ActionBuilds.Plan(
            project: ActionBuilds.projectName("\(order.pipeline)-\(order.name)"),
            buildspec: .inline(buildspec.text),
            inputs: order.inputs
        )
        plan.settings.keepsCache = false
        for (index, variable) in order.environmentVariables.enumerated() {
            plan.variables.append(
                try VariablesText.variable(
                    variable.name,
                    variable.value,
                    variable.type,
                    "environmentVariables[\(index)]"
                )
            )
        }
        plan.variables = VariablesText.merged(plan.variables)
        return plan
    }
}
