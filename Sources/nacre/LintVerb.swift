// SPDX-License-Identifier: Apache-2.0

import Builds
import Buildspecs
import CommandLines
import Diagnostics
import Files
import Glibc

/// `nacre lint`.
enum LintVerb: Verb {
    private static let limitBytes = 64 << 20

    static let description = CommandDescription(
        "lint",
        abstract: "Checks buildspecs and shows every problem at once, with file, line and column; no daemon is needed.",
        discussion: "The exit code is 3 when there is an error, 0 when there are only warnings or nothing at all.",
        arguments: [
            ArgumentDescription(
                "FILE",
                .any,
                .file,
                help: "a buildspec, or `-` for standard input (default: buildspec.yml)"
            )
        ],
        options: [OptionDescription(flag: "json", help: "write the problems as a JSON array")],
        examples: [
            CommandDescription.Example("nacre lint", "check ./buildspec.yml"),
            CommandDescription.Example("nacre lint ci/*.yml", "check several"),
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

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let files = arguments.all("FILE").isEmpty ? ["buildspec.yml"] : arguments.all("FILE")
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
            let reading = BuildspecReader.read(bytes, file: file == "-" ? "standard input" : file)
            // What a build would be refused for is no error of the file's.
            let refused = (reading.buildspec?.refusals() ?? []).map(asWarning)
            let problems = reading.diagnostics + refused
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

    private static func asWarning(_ problem: Diagnostic) -> Diagnostic {
        Diagnostic(.warning, problem.message, at: problem.location, length: problem.length, hint: problem.hint)
    }

    private static func standardInput() throws(FileError) -> [UInt8] {
        try Descriptor.open("/dev/stdin", O_RDONLY).readToEnd(limit: limitBytes)
    }
}
