// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

extension Buildspec {
    /// The shells that `steps` may name, beside a command line with `{0}` in it.
    private static let stepShells = ["bash", "sh", "python"]

    /// An error for each thing in `steps` that only GitHub can carry out: an action, an expression about GitHub.
    package func stepProblems() -> [Diagnostic] {
        PhaseName.allCases.flatMap { name in (phases[name]?.steps ?? []).flatMap { Self.problems(of: $0) } }
    }

    private static func problems(of step: Step) -> [Diagnostic] {
        if let uses = step.uses {
            let message = "GitHub Actions steps are not supported locally: uses: \(uses.value)"
            return [
                Diagnostic(.error, message, at: uses.location, hint: "write what the action does as `run`")
            ]
        }
        var result: [Diagnostic] = []
        if let condition = step.condition, StepCondition(condition.value) == nil {
            result.append(unsupported(condition.value, at: condition.location))
        }
        for (text, location) in texts(of: step) {
            do throws(StepText.Unsupported) {
                _ = try StepText(text)
            } catch {
                result.append(unsupported(error.expression, at: location))
            }
        }
        if let shell = step.shell, !stepShells.contains(shell), !shell.contains("{0}") {
            result.append(
                Diagnostic(
                    .error,
                    "the shell `\(shell)` of a step is not supported",
                    at: step.location,
                    hint: "use `bash`, `sh`, `python`, or a command line with `{0}` for the script"
                )
            )
        }
        if let value = step.continuesOnError, !["true", "false"].contains(value.value) {
            result.append(unsupported(value.value, at: value.location))
        }
        if let value = step.timeoutMinutes, Double(value.value).map({ $0 > 0 && $0 <= 1_000_000 }) != true {
            result.append(unsupported(value.value, at: value.location))
        }
        return result
    }

    private static func texts(of step: Step) -> [(String, SourceLocation)] {
        var result = step.variables.map { ($0.value, $0.location) }
        if let run = step.run { result.append((run.value, run.location)) }
        if let name = step.name { result.append((name, step.location)) }
        return result
    }

    private static func unsupported(_ expression: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            .error,
            "the expression `\(expression.prefix(80))` of a GitHub Actions step is not supported locally",
            at: location,
            hint: "there are `env.NAME`, `steps.ID.outputs.NAME`, and for `if`: `always()`, `success()`, `failure()`"
        )
    }
}
