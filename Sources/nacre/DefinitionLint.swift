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

    /// All problems of a file.
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - file: its name for locations.
    ///   - parameters: values for a template's parameters; others have something that stands in for them.
    /// - Returns: the problems, in the order of the file.
    static func problems(_ bytes: [UInt8], file: String, parameters: [String: String]) -> [Diagnostic] {
        guard isDefinition(bytes) else { return buildspecProblems(bytes, file: file) }
        let reading = TemplateReader.read(bytes, file: file, parameters: parameters, context: .check)
        let inline = reading.buildspecs.flatMap { buildspec in
            buildspecProblems(Array(buildspec.text.utf8), file: file).map(buildspec.placed)
        }
        return (reading.diagnostics + inline).sorted { $0.location < $1.location }
    }

    /// Whether a file declares pipelines, projects or a template.
    static func isDefinition(_ bytes: [UInt8]) -> Bool {
        if TemplateReader.kind(of: bytes) != nil { return true }
        if BuildspecReader.read(bytes, file: "").buildspec != nil { return false }
        let text = String(decoding: bytes.prefix(1 << 20), as: UTF8.self)
        return words.contains { text.contains($0) } && !text.contains("phases")
    }

    private static func buildspecProblems(_ bytes: [UInt8], file: String) -> [Diagnostic] {
        let reading = BuildspecReader.read(bytes, file: file)
        // What a build would be refused for is no error of the file's.
        let refused = (reading.buildspec?.refusals() ?? []).map { problem in
            Diagnostic(.warning, problem.message, at: problem.location, length: problem.length, hint: problem.hint)
        }
        return reading.diagnostics + refused
    }
}
