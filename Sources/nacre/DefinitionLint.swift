// SPDX-License-Identifier: Apache-2.0

import Buildspecs
import Diagnostics
import Templates

/// What `nacre lint` finds in a file: a buildspec, or a pipeline, project or template, told apart by content.
enum DefinitionLint {
    /// Words that only a definition has; they tell in a file that cannot be parsed.
    private static let words = [
        "AWSTemplateFormatVersion", "Resources:", "\"Resources\"", "\"stages\"", "actionTypeId",
    ]
    /// Once there are so many problems, errors among them, further buildspecs of a template are not looked into.
    private static let limitInline = 200

    /// All problems of a file.
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - file: its name for locations.
    ///   - parameters: values for a template's parameters; others have something that stands in for them.
    /// - Returns: the problems, in the order of the file.
    static func problems(_ bytes: [UInt8], file: String, parameters: [String: String]) -> [Diagnostic] {
        // Most files are buildspecs, and are read once.
        guard TemplateReader.mayBeDefinition(bytes) else { return problems(BuildspecReader.read(bytes, file: file)) }
        let reading = TemplateReader.read(bytes, file: file, parameters: parameters, context: .check)
        if reading.kind != nil {
            return (reading.diagnostics + inlineProblems(reading.buildspecs)).sorted { $0.location < $1.location }
        }
        let buildspec = BuildspecReader.read(bytes, file: file)
        if buildspec.buildspec == nil, WordSearch.finds(anyOf: words, in: bytes),
            !WordSearch.finds(anyOf: ["phases"], in: bytes)
        {
            return reading.diagnostics
        }
        return problems(buildspec)
    }

    private static func inlineProblems(_ buildspecs: [InlineBuildspec]) -> [Diagnostic] {
        var result: [Diagnostic] = []
        var hasErrors = false
        for (index, buildspec) in buildspecs.enumerated() {
            if hasErrors, result.count >= limitInline {
                let message = "this buildspec and \(buildspecs.count - index - 1) more are not looked into"
                result.append(
                    Diagnostic(
                        .warning,
                        message,
                        at: buildspec.location,
                        length: buildspec.length,
                        hint: "mend those of the other projects first"
                    )
                )
                break
            }
            let found = problems(BuildspecReader.read(Array(buildspec.text.utf8), file: buildspec.location.file))
            hasErrors = hasErrors || found.hasErrors
            result += found.map(buildspec.placed)
        }
        return result
    }

    private static func problems(_ reading: BuildspecReading) -> [Diagnostic] {
        // What a build would be refused for is no error of the file's.
        let refused = (reading.buildspec?.refusals() ?? []).map { problem in
            Diagnostic(.warning, problem.message, at: problem.location, length: problem.length, hint: problem.hint)
        }
        return reading.diagnostics + refused
    }
}
