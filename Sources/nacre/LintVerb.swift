// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Diagnostics
import Files
import Glibc
import Templates

/// `nacre lint`.
enum LintVerb: Verb {
    private static let limitBytes = 64 << 20

    static let description = CommandDescription(
        "lint",
        abstract:
            "Checks buildspecs, pipelines and templates: every problem at once, with file, line and column; no daemon is needed.",
        discussion: """
            What a file is, is seen by its content: a buildspec; the JSON of `get-pipeline` or of `create-project`, or the same as \
            YAML; a CloudFormation template, that of `cdk synth` too. The exit code is 3 when there is an error, 0 when there are \
            only warnings or nothing at all.
            """,
        arguments: [
            ArgumentDescription(
                "FILE",
                .any,
                .file,
                help: "a buildspec, pipeline, project or template, or `-` for standard input (default: buildspec.yml)"
            )
        ],
        options: [
            OptionDescription(
                "parameter",
                "p",
                value: "NAME=VALUE",
                isRepeatable: true,
                help: "the value of a template's parameter; one without a value has something that stands in for it"
            ),
            OptionDescription(flag: "json", help: "write the problems as a JSON array"),
        ],
        examples: [
            CommandDescription.Example("nacre lint", "check ./buildspec.yml"),
            CommandDescription.Example("nacre lint ci/*.yml", "check several"),
            CommandDescription.Example("nacre lint pipeline.yaml -p Branch=main", "check a template"),
        ]
    )

    /// A problem, as `--json` shows it.
    private struct Problem: Encodable {
        var file: String
        var line: Int
        var column: Int
        var severity: String
        var message: String
        var hint: String?
    }

    static func audit(of arguments: ParsedArguments) -> VerbAudit? { nil }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let files = arguments.all("FILE").isEmpty ? ["buildspec.yml"] : arguments.all("FILE")
        let parameters = try parameters(arguments)
        var all: [Diagnostic] = []
        var unreadable: ExitCode?
        for file in files {
            let bytes: [UInt8]
            do throws(FileError) {
                bytes = try file == "-" ? standardInput() : AtomicFile.read(file, limit: limitBytes)
            } catch {
                context.tell(error.code == EISDIR ? "\(file) is a folder; name the buildspec in it" : "\(error)")
                unreadable = .notFound
                continue
            }
            let problems = DefinitionLint.problems(
                bytes,
                file: file == "-" ? "standard input" : file,
                parameters: files.count == 1 ? parameters : shared(parameters, bytes)
            )
            all += problems
            if !arguments.flag("json") {
                context.output.write(DiagnosticRenderer(source: bytes, usesColor: context.usesColor).render(problems))
            }
        }
        if arguments.flag("json") {
            try context.writeJSON(
                all.map { problem in
                    Problem(
                        file: problem.location.file,
                        line: problem.location.line,
                        column: problem.location.column,
                        severity: problem.severity.rawValue,
                        message: problem.message,
                        hint: problem.hint
                    )
                }
            )
        } else if !all.isEmpty {
            context.tell(all.summary)
        } else if unreadable == nil {
            let name = files[0] == "-" ? "standard input" : files[0]
            context.tell(files.count == 1 ? "\(name) is good" : "\(files.count) files are good")
        }
        if all.contains(where: { $0.severity == .error }) { return .invalidFile }
        return unreadable ?? .success
    }

    private static func parameters(_ arguments: ParsedArguments) throws -> [String: String] {
        var result: [String: String] = [:]
        for text in arguments.all("parameter") {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw arguments.error("parameter", "must be NAME=VALUE, not '\(text)'")
            }
            result[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        return result
    }

    /// Of several files each takes the parameters that it has.
    private static func shared(_ parameters: [String: String], _ bytes: [UInt8]) -> [String: String] {
        if parameters.isEmpty { return parameters }
        let names = TemplateReader.parameterNames(of: bytes)
        return parameters.filter { names.contains($0.key) }
    }

    private static func standardInput() throws(FileError) -> [UInt8] {
        try Descriptor.open("/dev/stdin", O_RDONLY).readToEnd(limit: limitBytes)
    }
}
