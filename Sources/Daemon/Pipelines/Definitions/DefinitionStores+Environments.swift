// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Environments
internal import Templates

/// The environments that templates declare.
extension DefinitionStores {
    /// What is compared of each environment.
    func environmentFacts() throws(ControlFailure) -> [String: DefinitionPresent.EnvironmentFacts] {
        do throws(EnvironmentsError) {
            var result: [String: DefinitionPresent.EnvironmentFacts] = [:]
            for name in try environments.names() {
                guard let settings = try environments.settings(name) else { continue }
                result[name] = DefinitionPresent.EnvironmentFacts(
                    application: settings.application,
                    platform: settings.platform,
                    variables: settings.variables
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
        do throws(EnvironmentsError) {
            try environments.put(specification, by: person)
        } catch {
            throw ControlFailure(error.code == .conflict ? .conflict : .invalid, "\(error)")
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
            guard let running = state.running else { return result }
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
