// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

/// Checks that what a reader says of a file can be said of it.
struct PlaceCheck {
    private let source: SourceText
    private let renderer: DiagnosticRenderer

    init(_ input: [UInt8]) {
        source = SourceText(input)
        renderer = DiagnosticRenderer(source: input)
    }

    /// Fails where a place is not in the text; just behind a line's end it still is.
    func check(_ location: SourceLocation, _ what: @autoclosure () -> String) throws {
        let width = source.line(location.line, limitBytes: .max >> 1).unicodeScalars.count
        try FuzzFailure.unless(
            (1...source.lineCount).contains(location.line) && (1...(width + 2)).contains(location.column),
            "\(location) is not in the text of \(source.lineCount) lines, this one of \(width): \(what())"
        )
    }

    /// Fails where the problems are not in order, not in the text, or cannot be shown on a terminal.
    func check(_ diagnostics: [Diagnostic], limit: Int = 201) throws {
        try FuzzFailure.unless(diagnostics.count <= limit, "there are \(diagnostics.count) problems")
        for (one, next) in zip(diagnostics, diagnostics.dropFirst()) {
            try FuzzFailure.unless(one.location <= next.location, "\(next.location) comes after \(one.location)")
        }
        for diagnostic in diagnostics {
            try check(diagnostic.location, diagnostic.message)
            try FuzzFailure.unless(!diagnostic.message.isEmpty && diagnostic.length >= 1, "\(diagnostic) says nothing")
            let text = renderer.render(diagnostic)
            try FuzzFailure.unless(
                text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && $0.value != 0x7F) },
                "what is shown controls the terminal: \(text.debugDescription)"
            )
        }
    }
}
