// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Control
internal import JSON
internal import Journals
internal import Pipelines

/// CodeBuild: actions of the categories Build and Test, and rules.
///
/// Source: "AWS CodeBuild build and test action reference", CodePipeline user guide.
struct CodeBuildProvider: ActionProvider {
    let builds: ActionBuilds

    func run(_ order: ActionOrder, _ progress: ActionProgress) async -> ActionOutcome {
        await builds.run(order, progress) { () async throws(ActionFailure) in try await plan(order) }
    }

    private func plan(_ order: ActionOrder) async throws(ActionFailure) -> ActionBuilds.Plan {
        let configuration = order.configuration
        guard let name = configuration["ProjectName"], !name.isEmpty else {
            throw ActionFailure(.configurationError, "`ProjectName` is missing: name the project that builds")
        }
        guard Self.isProjectName(name) else {
            throw ActionFailure(
                .configurationError,
                "ProjectName `\(name)` is no name of a project: it has letters, digits, `-` and `_`, up to 255"
            )
        }
        let project = try await project(name)
        var plan = ActionBuilds.Plan(
            project: name,
            buildspec: Self.buildspec(project.buildspec),
            inputs: try Self.inputs(of: order)
        )
        plan.settings = Self.settings(of: project)
        var variables: [EnvironmentVariable] = []
        for (index, variable) in project.variables.enumerated() {
            let place = "project \(name): environmentVariables[\(index)]"
            variables.append(try VariablesText.variable(variable.name, variable.value, variable.type, place))
        }
        if let text = configuration["EnvironmentVariables"], !text.isEmpty {
            variables += try VariablesText.read(text, of: "EnvironmentVariables")
        }
        plan.variables = VariablesText.merged(variables)
        plan.isBatch = try Self.flag("BatchEnabled", of: configuration)
        if try Self.flag("CombineArtifacts", of: configuration), !plan.isBatch {
            throw ActionFailure(.configurationError, "`CombineArtifacts` needs `BatchEnabled`: \"true\"")
        }
        return plan
    }

    /// The project of a name; one without settings where none was applied.
    private func project(_ name: String) async throws(ActionFailure) -> BuildProject {
        let found = try await builds.journalled { journal throws(JournalError) in
            try journal.resource(kind: "project", name: name)
        }
        guard let found else { return BuildProject(name: name) }
        do {
            return try JSONText.decode(BuildProject.self, from: Array(found.body.utf8))
        } catch {
            throw ActionFailure(.configurationError, "the project \(name) cannot be read; apply it again: \(error)")
        }
    }

    // MARK: - Reading

    /// The inputs, the primary one first.
    private static func inputs(of order: ActionOrder) throws(ActionFailure) -> [ArtifactReference] {
        let names = order.inputs.map { "`\($0.name)`" }.joined(separator: ", ")
        guard let primary = order.configuration["PrimarySource"], !primary.isEmpty else {
            if order.inputs.count > 1 {
                throw ActionFailure(
                    .configurationError,
                    "`PrimarySource` is missing: an action with several input artifacts must name one of \(names)"
                )
            }
            return order.inputs
        }
        guard let index = order.inputs.firstIndex(where: { $0.name == primary }) else {
            throw ActionFailure(
                .configurationError,
                "PrimarySource `\(primary)` is not an input artifact of the action; these are \(names)"
            )
        }
        var inputs = order.inputs
        inputs.insert(inputs.remove(at: index), at: 0)
        return inputs
    }

    /// A text with a line break, or that begins as a buildspec does, is the buildspec itself; any other is a path.
    static func buildspec(_ text: String?) -> BuildRequest.BuildspecSource {
        guard let text, !text.isEmpty else { return .file("buildspec.yml") }
        let start = text.drop { $0 == " " || $0 == "\n" || $0 == "\t" }
        if text.contains("\n") || start.hasPrefix("{") || start.hasPrefix("version:") { return .inline(text) }
        return .file(text)
    }

    /// A definition that is damaged may say any number.
    private static func seconds(minutes: Int) -> Int { max(0, min(minutes, ProjectSettings.longestSeconds / 60)) * 60 }

    /// How the project's builds run.
    static func settings(of project: BuildProject) -> ProjectSettings {
        var settings = ProjectSettings()
        settings.timeoutSeconds = project.timeoutInMinutes.map(seconds)
        settings.queuedTimeoutSeconds = project.queuedTimeoutInMinutes.map(seconds)
        settings.retryLimit = project.autoRetryLimit
        settings.concurrentBuildLimit = project.concurrentBuildLimit
        // AWS's own images stand for the machine itself.
        if let image = project.image, !image.isEmpty, !image.hasPrefix("aws/codebuild/") { settings.image = image }
        if project.isPrivileged { settings.isPrivileged = true }
        return settings
    }

    private static func flag(_ name: String, of configuration: [String: String]) throws(ActionFailure) -> Bool {
        switch configuration[name]?.lowercased() {
        case nil, "", "false": return false
        case "true": return true
        case let other?:
            throw ActionFailure(.configurationError, "`\(name)` is `\(other)`: it must be \"true\" or \"false\"")
        }
    }

    /// Source: the pattern of `name` in `CreateProject`, CodeBuild API reference.
    static func isProjectName(_ name: String) -> Bool {
        (1...255).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45
                    || byte == 95
            }
    }
}
