// SPDX-License-Identifier: Apache-2.0

internal import Buildspecs
internal import Diagnostics
internal import Files

/// GitHub Actions steps in a phase: those with `run`; the others are refused before the first phase.
///
/// Each starts afresh in the source folder, with what the commands before it have left. A step hands on only what it writes
/// to `$GITHUB_ENV`, `$GITHUB_PATH` and `$GITHUB_OUTPUT`.
extension BuildSession {
    /// Runs the steps of a phase.
    func run(_ steps: [Step]) throws(FileError) -> ListOutcome {
        var failure: CommandFailure?
        for step in steps {
            guard let run = step.run else { continue }
            let condition = step.condition.flatMap { StepCondition($0.value) } ?? .success
            guard condition.holds(afterFailure: failure != nil) else {
                try log.agent("Skipping step \(step.name ?? run.value)")
                stepContext.note(step, .skipped)
                continue
            }
            let forgives = step.continuesOnError?.value == "true"
            switch try execute(step, run.value) {
            case .succeeded:
                try takeOver(step, .success)
            case .failed(let own):
                try takeOver(step, .failure, isForgiven: forgives)
                if forgives {
                    try log.agent("The step failed, and the build goes on: continue-on-error")
                } else if failure == nil {
                    failure = own
                }
            case .interrupted(let interruption): return .interrupted(interruption)
            case .fault(let context): return .fault(context)
            }
        }
        return failure.map { .failed($0) } ?? .succeeded
    }

    private func execute(_ step: Step, _ text: String) throws(FileError) -> ListOutcome {
        let names = step.variables.map(\.name)
        let values = try step.variables.map { variable throws(FileError) in try resolve(variable.value, [:]) }
        let own = Dictionary(zip(names, values)) { $1 }
        if let name = step.name { try log.agent("Running step \(try resolve(name, own))") }
        let command = try resolve(text, own)
        try log.agent("Running command \(command)")
        var lines = ["export GITHUB_WORKSPACE=\(ShellText.quoted(supervisor.request.source.directory))"]
        for (name, value) in zip(names, values) where EnvironmentVariable.isValidName(name) {
            lines.append("export \(name)=\(ShellText.quoted(value))")
        }
        let script = try state.prepareStep(command, lines: lines, command: program(of: step))
        return try execute(
            command,
            script: script,
            in: supervisor.request.source.directory,
            isForgiven: step.continuesOnError?.value == "true"
        )
    }

    /// Source: the table of `jobs.<job_id>.steps[*].shell`, "Workflow syntax for GitHub Actions".
    private func program(of step: Step) -> String {
        let command =
            switch step.shell {
            case nil: Self.find("bash", in: environment["PATH"] ?? "") == nil ? "sh -e {0}" : "bash -e {0}"
            case "bash": "bash --noprofile --norc -eo pipefail {0}"
            case "sh": "sh -e {0}"
            case "python": "python {0}"
            case let line?: line
            }
        guard let minutes = step.timeoutMinutes.flatMap({ Double($0.value) }) else { return command }
        return "timeout -k 10 \(max(1, Int((minutes * 60).rounded(.up)))) \(command)"
    }

    /// Replaces the expressions in a text.
    private func resolve(_ text: String, _ own: [String: String]) throws(FileError) -> String {
        // What cannot be read has been refused.
        guard let text = try? StepText(text) else { return text }
        var variables: [String: String] = [:]
        if text.readsVariables {
            snapshot = nil
            variables = try finalEnvironment()
            snapshot = nil
        }
        return text.resolved { stepContext.value(of: $0, variables.merging(own) { $1 }) }
    }

    /// Takes over what a step has left in its files.
    private func takeOver(
        _ step: Step,
        _ outcome: StepContext.Outcome,
        isForgiven: Bool = false
    ) throws(FileError) {
        let outputs = try pairs(of: .output)
        stepContext.note(step, outcome, isForgiven: isForgiven, outputs: outputs)
        for (name, value) in try pairs(of: .environment) where EnvironmentVariable.isValidName(name) {
            try state.override(name, value)
        }
        for folder in state.content(of: .path).split(separator: "\n") { try state.prependPath(String(folder)) }
    }

    private func pairs(of file: StepFile) throws(FileError) -> [(name: String, value: String)] {
        if let pairs = StepFile.pairs(in: state.content(of: file)) { return pairs }
        try log.agent("Warning: what the step wrote to \(file.rawValue) is not `NAME=value`, and is left out")
        return []
    }
}
