// SPDX-License-Identifier: Apache-2.0

/// What an action or a rule is given: its texts with all variables in them, and its input artifacts.
struct OrderNeeds {
    /// How many bytes of configuration an action may have when all is resolved (CodePipeline user guide, "Quotas").
    private static let configurationLimit = 100 * 1024
    /// The configuration that is a list of variables in JSON.
    private static let variablesKey = "EnvironmentVariables"

    private(set) var configuration: [String: String] = [:]
    private(set) var commands: [String] = []
    private(set) var environmentVariables: [ActionDeclaration.Environment] = []
    private let inputNames: [String]

    /// - Throws: what variable is missing, or that the texts are too long.
    init(_ action: ActionDeclaration, in execution: PipelineExecution) throws(VariableResolver.Problem) {
        inputNames = action.inputArtifacts
        let resolver = VariableResolver(execution)
        try resolve(action.configuration, action.commands, with: resolver)
        for variable in action.environmentVariables {
            var resolved = variable
            resolved.value = try resolver.resolve(variable.value)
            environmentVariables.append(resolved)
        }
        try refuseTooMuch()
    }

    /// - Throws: what variable is missing, or that the texts are too long.
    init(_ rule: RuleDeclaration, in execution: PipelineExecution) throws(VariableResolver.Problem) {
        inputNames = rule.inputArtifacts
        try resolve(rule.configuration, rule.commands, with: VariableResolver(execution))
        try refuseTooMuch()
    }

    private mutating func resolve(
        _ configuration: [String: String],
        _ commands: [String],
        with resolver: VariableResolver
    ) throws(VariableResolver.Problem) {
        // Sorted, so that of several problems it is always the same that is told.
        for (key, value) in configuration.sorted(by: { $0.key < $1.key }) {
            let isJSON = key == Self.variablesKey
            self.configuration[key] = try resolver.resolve(value) { found, place in
                isJSON ? JSONReference.text(for: found, in: value, at: place) : found
            }
        }
        var references = ShellReferences()
        for command in commands {
            self.commands.append(
                try resolver.resolve(command) { found, place in references.text(for: found, in: command, at: place) }
            )
        }
        environmentVariables += references.variables
    }

    private func refuseTooMuch() throws(VariableResolver.Problem) {
        let size =
            configuration.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
            + commands.reduce(0) { $0 + $1.utf8.count }
            + environmentVariables.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
        guard size > Self.configurationLimit else { return }
        throw VariableResolver.Problem(
            message:
                "The configuration has \(size) bytes when its variables are resolved, and \(Self.configurationLimit) are "
                + "allowed. Hand large values over in an artifact."
        )
    }

    /// The input artifacts, in the order of the declaration.
    /// - Throws: which of them does not exist, and why.
    func inputs(
        of execution: PipelineExecution,
        definition: PipelineDefinition?
    ) throws(VariableResolver.Problem) -> [ArtifactReference] {
        var inputs: [ArtifactReference] = []
        for name in inputNames {
            guard let artifact = execution.artifacts[name] else {
                throw VariableResolver.Problem(message: Self.missing(name, in: execution, definition: definition))
            }
            inputs.append(artifact)
        }
        return inputs
    }

    private static func missing(
        _ name: String,
        in execution: PipelineExecution,
        definition: PipelineDefinition?
    ) -> String {
        let beginning = "The input artifact `\(name)` does not exist in \(execution.label):"
        for stage in definition?.stages ?? [] {
            guard let maker = stage.actions.first(where: { $0.outputArtifacts.contains { $0.name == name } }) else {
                continue
            }
            let status = execution.stage(stage.name)?.status
            if status == .skipped {
                return "\(beginning) the stage `\(stage.name)`, whose action `\(maker.name)` makes it, was skipped."
            }
            return "\(beginning) the action `\(maker.name)` of the stage `\(stage.name)` has not delivered it."
        }
        return "\(beginning) no action of the pipeline makes it."
    }
}
