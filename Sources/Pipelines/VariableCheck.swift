// SPDX-License-Identifier: Apache-2.0

/// The rule that compares a variable: `Variable`, `Operator`, `Value`.
enum VariableCheck {
    static let provider = "VariableCheck"

    /// Why the check does not hold, given a configuration with all variables resolved; nil: it does.
    static func failure(_ configuration: [String: String]) -> ActionFailure? {
        guard let variable = configuration["Variable"], let expected = configuration["Value"],
            let name = configuration["Operator"]
        else {
            return ActionFailure(
                .configurationError,
                "A rule VariableCheck needs `Variable`, `Operator` and `Value` in its configuration."
            )
        }
        let holds: Bool
        switch name {
        case "EQ": holds = variable == expected
        case "NE": holds = variable != expected
        case "CONTAINS": holds = expected.isEmpty || variable.contains(expected)
        case "MATCHES":
            do throws(TextPattern.Problem) {
                holds = try TextPattern(expected).matches(variable)
            } catch {
                return ActionFailure(.configurationError, "The pattern `\(expected)` cannot be used: \(error.message)")
            }
        default:
            return ActionFailure(
                .configurationError,
                "The operator `\(name)` is none of EQ, NE, CONTAINS, MATCHES."
            )
        }
        return holds ? nil : ActionFailure(.jobFailed, "`\(variable)` \(words(name)) `\(expected)`.")
    }

    private static func words(_ name: String) -> String {
        switch name {
        case "NE": "equals"
        case "CONTAINS": "does not contain"
        case "MATCHES": "does not match"
        default: "does not equal"
        }
    }
}
