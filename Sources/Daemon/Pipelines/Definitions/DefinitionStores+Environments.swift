// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Environments
internal import Templates

/// The environments that templates declare.
extension DefinitionStores {
    private static let namespace = "nacre:environment"
    private static let healthNamespaces = [
        "aws:elasticbeanstalk:application": "Application Healthcheck URL",
        "aws:elasticbeanstalk:environment:process:default": "HealthCheckPath",
    ]

    private var environments: EnvironmentStore { EnvironmentStore(home.environments) }

    /// What is compared of each environment.
    func environmentFacts() throws(ControlFailure) -> [String: DefinitionPresent.EnvironmentFacts] {
        try Self.translated { () throws(EnvironmentsError) in
            var result: [String: DefinitionPresent.EnvironmentFacts] = [:]
            for name in try environments.names() {
                guard let settings = try environments.settings(name) else { continue }
                result[name] = DefinitionPresent.EnvironmentFacts(
                    application: settings.application,
                    platform: settings.platform,
                    variables: settings.variables,
                    port: settings.port,
                    healthPath: settings.health.path
                )
            }
            return result
        }
    }

    func putEnvironment(_ declaration: EnvironmentDeclaration, by person: String) throws(ControlFailure) {
        var specification = EnvironmentSpecification(name: declaration.name, application: declaration.application)
        specification.variables = declaration.variables
        specification.platform = declaration.solutionStack
        specification.healthPath = Self.healthPath(declaration)
        if let text = Self.portText(declaration) {
            guard let port = Int(text) else {
                throw ControlFailure(
                    .invalid,
                    "environment \(declaration.name): \(Self.namespace) Port is '\(text)', which is no number"
                )
            }
            specification.port = port
        }
        let wanted = specification
        try Self.translated { () throws(EnvironmentsError) in try environments.put(wanted, by: person) }
    }

    /// The port that a declaration asks for, as it is written; nil: it asks for none.
    static func portText(_ declaration: EnvironmentDeclaration) -> String? {
        declaration.options.last { $0.namespace == namespace && $0.name == "Port" }?.value
    }

    /// The path that a declaration has asked for by GET; nil: it asks for none.
    static func healthPath(_ declaration: EnvironmentDeclaration) -> String? {
        declaration.options.last { healthNamespaces[$0.namespace] == $0.name }.map { option in
            // Elastic Beanstalk takes `HTTP:80/path` as well.
            option.value.hasPrefix("/") ? option.value : "/" + option.value.drop { $0 != "/" }.dropFirst()
        }
    }

    @discardableResult
    private static func translated<Value>(
        _ body: () throws(EnvironmentsError) -> Value
    ) throws(ControlFailure) -> Value {
        do throws(EnvironmentsError) {
            return try body()
        } catch {
            throw ControlFailure(error.code == .system ? .fault : .invalid, error.message)
        }
    }
}
