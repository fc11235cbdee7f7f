// SPDX-License-Identifier: Apache-2.0

internal import Buildspecs
internal import Diagnostics

/// Finds the parameters and secrets that a build names and that there are no values for.
enum SecretCheck {
    /// One that is missing.
    struct Problem {
        let diagnostic: Diagnostic
        /// AWS's code for it.
        let statusCode: String

        /// Place and reason in one line.
        var text: String {
            let place = diagnostic.location
            return "\(place.file):\(place.line):\(place.column): \(diagnostic.message)"
        }
    }

    /// Those of the buildspec, and those that were given to the build from outside.
    static func problems(
        of environment: BuildEnvironment,
        in request: BuildRequest,
        _ secrets: SecretValues
    ) -> [Problem] {
        // Whatever comes from outside takes the whole place of the buildspec's.
        let outside = Set(request.overrides.map(\.name))
        let fromSecrets = Set(environment.secretsManager.map(\.name))
        var problems: [Problem] = []
        for variable in environment.parameterStore
        where !outside.contains(variable.name) && !fromSecrets.contains(variable.name) {
            problems += problem(variable.name, .parameterStore, variable.value, at: variable.location, secrets)
        }
        for reference in environment.secretsManager where !outside.contains(reference.name) {
            problems += problem(reference.name, .secretsManager, reference.secretID, at: reference.location, secrets)
        }
        for (index, variable) in request.overrides.enumerated() where !variable.isPlain {
            let source: SecretValues.Source = variable.type == "PARAMETER_STORE" ? .parameterStore : .secretsManager
            let place = SourceLocation(file: "environment variables", line: index + 1, column: 1)
            problems += problem(variable.name, source, variable.value, at: place, secrets)
        }
        return problems
    }

    private static func problem(
        _ variable: String,
        _ source: SecretValues.Source,
        _ reference: String,
        at location: SourceLocation,
        _ secrets: SecretValues
    ) -> [Problem] {
        let entry = secrets[variable]
        if entry?.value != nil { return [] }
        let code = source == .parameterStore ? "Decrypted Variables Error" : "Secrets Manager Error"
        let message = entry?.failure ?? "\(reference) was not looked up for \(variable)"
        // A version is no part of the name that is to be set.
        let name = reference.hasPrefix("arn:") ? reference : String(reference.prefix { $0 != ":" })
        let verb = source == .parameterStore ? "nacre parameter put \(name)" : "nacre secret put \(name)"
        return [
            Problem(
                diagnostic: Diagnostic(.error, message, at: location, hint: "set it with `\(verb) --value -`"),
                statusCode: code
            )
        ]
    }
}
