// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// A buildspec written into a project instead of a path, for whoever checks buildspecs.
package struct InlineBuildspec: Sendable, Hashable {
    /// The project's name.
    package var project: String
    /// The buildspec, YAML or JSON.
    package var text: String
    /// Where it starts in the file.
    package var location: SourceLocation
    /// How many columns it takes there.
    package var length: Int
    /// What stands before each of its lines, in columns; nil where its lines are not lines of the file.
    package var indentation: Int?

    /// Whether a project's buildspec is the text of one, and not the path of a file.
    package static func isInline(_ buildspec: String) -> Bool {
        buildspec.contains("\n") || buildspec.drop { $0 == " " || $0 == "\t" }.hasPrefix("{")
    }

    /// A problem of the text as one of the file that holds it.
    ///
    /// Where the text is a block of the file, the place is exact; otherwise it is the text's start, and the message names the line.
    package func placed(_ problem: Diagnostic) -> Diagnostic {
        let place: SourceLocation
        var message = "in the buildspec of `\(project)`"
        if let indentation {
            place = SourceLocation(
                file: location.file,
                line: location.line + problem.location.line,
                column: problem.location.column + indentation
            )
        } else {
            place = location
            message += ", line \(problem.location.line)"
        }
        return Diagnostic(
            problem.severity,
            "\(message): \(problem.message)",
            at: place,
            length: indentation == nil ? length : problem.length,
            hint: problem.hint,
            wireMessage: problem.wireMessage
        )
    }
}
