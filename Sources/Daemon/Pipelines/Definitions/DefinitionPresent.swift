// SPDX-License-Identifier: Apache-2.0

internal import Journals
internal import Pipelines

/// What there is now of that which files of definitions may declare.
struct DefinitionPresent: Sendable {
    /// A parameter's type and value.
    struct ParameterValue: Sendable, Hashable {
        let type: String
        let value: String
    }

    /// What is compared of an environment.
    struct EnvironmentFacts: Sendable, Hashable {
        let application: String
        let platform: String?
        let variables: [String: String]
        let port: Int
        let healthPath: String
    }

    var pipelines: [String: PipelineRecord] = [:]
    var projects: [String: ResourceRecord] = [:]
    var rules: [String: ResourceRecord] = [:]
    /// Names of repositories.
    var repositories: Set<String> = []
    /// By `OWNER/NAME`.
    var mappings: [String: String] = [:]
    /// Of those that are declared.
    var parameters: [String: ParameterValue] = [:]
    /// Whether each keeps versions.
    var buckets: [String: Bool] = [:]
    var environments: [String: EnvironmentFacts] = [:]
    /// Transitions that are closed, by pipeline and stage, with the reason.
    var closedTransitions: [String: [String: String]] = [:]
}
