// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Environments
internal import Templates

/// The environments that templates declare.
extension DefinitionStores {
    private static let namespace = "nacre:environment"
    private static let healthOptions = [
        "aws:elasticbeanstalk:application": "Application Healthcheck URL",
        "aws:elasticbeanstalk:environment:process:default": "HealthCheckPath",
    ]

    /// What is compared of each environment.
    func environmentFacts() throws(ControlFailure) -> [String: DefinitionPresent.EnvironmentFacts] {
        do throws(EnvironmentsError) {
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
        } catch {
            throw ControlFailure(.fault, "\(error)")
        }
    }

    /// Makes an environment, or changes the settings of the one of that name.
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
        do throws(EnvironmentsError) {
            try environments.put(specification, by: person)
        } catch {
            throw ControlFailure(error.code == .conflict ? .conflict : .invalid, "\(error)")
        }
    }

    /// The port that a declaration asks for, as it is written; nil: it asks for none.
    static func portText(_ declaration: EnvironmentDeclaration) -> String? {
        declaration.options.last { $0.namespace == namespace && $0.name == "Port" }?.value
    }

    /// The path that a declaration has asked for by GET; nil: it names none.
    static func healthPath(_ declaration: EnvironmentDeclaration) -> String? {
        declaration.options.last { healthOptions[$0.namespace] == $0.name }.map { option in
            // Elastic Beanstalk takes `HTTP:80/path` as well.
            option.value.hasPrefix("/") ? option.value : "/" + option.value.drop { $0 != "/" }.dropFirst()
        }
    }

    /// What serves in an environment; nil where there is none of that name.
    func deployed(in environment: String) throws(ControlFailure) -> Deployed? {
        do throws(EnvironmentsError) {
            guard try environments.settings(environment) != nil else { return nil }
            let report = try environments.report(environment)
            let state = report.state
            var result = Deployed(
                name: environment,
                state: "\(state.status.rawValue), \(state.health.rawValue), \(report.settings.url)"
            )
            guard let running = state.running, report.desired?.runs ?? false else { return result }
            result.version = running.version
            result.since = running.since
            result.digest = running.provenance.artifactDigest
            result.execution = running.provenance.executionID
            result.executionName = running.provenance.execution
            result.action = running.provenance.actionID
            result.person = running.provenance.person
            return result
        } catch {
            throw ControlFailure(.fault, "\(error)")
        }
    }
}
