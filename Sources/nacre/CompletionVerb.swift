// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Files

/// `nacre completion`.
enum CompletionVerb: Verb {
    static let description = CommandDescription(
        "completion",
        abstract: "Writes the completion script of a shell.",
        arguments: [
            ArgumentDescription("SHELL", .one, .choice(CompletionShell.allCases.map(\.rawValue)), help: "the shell")
        ],
        examples: [CommandDescription.Example(". <(nacre completion bash)", "complete in this shell from now on")]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? { nil }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        guard let shell = CompletionShell(rawValue: arguments.required("SHELL")) else { return .usage }
        context.output.write(NacreCommand.description.completionScript(for: shell))
        return .success
    }
}
