// SPDX-License-Identifier: Apache-2.0

/// Writes diagnostics of one file for a person: place, text, the source line with a caret, and the hint.
package struct DiagnosticRenderer: Sendable {
    /// The most columns of a source line that are shown.
    private static let windowColumns = 120
    private static let tabColumns = 4

    private let source: SourceText
    private let usesColor: Bool

    /// Takes the file's bytes.
    /// - Parameters:
    ///   - source: the bytes that were read; not valid UTF-8 is fine.
    ///   - usesColor: whether ANSI colours are written.
    package init(source: [UInt8], usesColor: Bool = false) {
        self.source = SourceText(source)
        self.usesColor = usesColor
    }

    /// The diagnostics, each as ``render(_:)-(Diagnostic)``, in the order given; empty for none.
    package func render(_ diagnostics: some Sequence<Diagnostic>) -> String {
        var result = ""
        for diagnostic in diagnostics { result += render(diagnostic) }
        return result
    }

    /// One diagnostic in two to four lines, the last one ended as well.
    ///
    /// Nothing in it but our own colours can control a terminal, whatever the file holds. Of a line longer than 120 columns the
    /// part around the problem is shown.
    package func render(_ diagnostic: Diagnostic) -> String {
        let place = TerminalText.neutralized(diagnostic.location.description)
        let label = diagnostic.severity.rawValue
        let labelStyle = diagnostic.severity == .error ? "\u{1b}[1;31m" : "\u{1b}[1;33m"
        var result = "\(styled(place, "\u{1b}[1m")): \(styled(label, labelStyle)): "
        result += TerminalText.neutralized(diagnostic.message) + "\n"
        if let (line, caret) = excerpt(diagnostic) {
            result += "\(line)\n\(styled(caret, "\u{1b}[1;32m"))\n"
        }
        if let hint = diagnostic.hint {
            result += "\(styled("hint", "\u{1b}[1;36m")): \(TerminalText.neutralized(hint))\n"
        }
        return result
    }

    private func styled(_ text: String, _ style: String) -> String {
        usesColor ? "\(style)\(text)\u{1b}[0m" : text
    }

    /// The source line and the line of carets under it; nil where the line is blank or does not exist.
    private func excerpt(_ diagnostic: Diagnostic) -> (line: String, caret: String)? {
        let location = diagnostic.location
        let part = source.part(of: location.line, around: location.column, context: 4 * Self.windowColumns)
        let scalars = Array(part.text.unicodeScalars)
        guard scalars.contains(where: { $0 != " " && $0 != "\t" }) else { return nil }

        let start = min(max(location.column - 1 - part.skipped, 0), scalars.count)
        let end = min(start + max(1, min(diagnostic.length, scalars.count)), max(scalars.count, start + 1))
        let window = window(of: scalars, around: start)

        let isCutBefore = window.lowerBound > 0 || part.skipped > 0
        var line = isCutBefore ? "…" : ""
        var caret = isCutBefore ? " " : ""
        for index in window {
            let scalar = scalars[index]
            let columns: Int
            if scalar == "\t" {
                columns = Self.tabColumns
                line += String(repeating: " ", count: columns)
            } else {
                let shown = TerminalText.isHarmless(scalar) ? scalar : "\u{FFFD}"
                columns = TerminalText.width(shown)
                line.unicodeScalars.append(shown)
            }
            if index < start {
                caret += String(repeating: " ", count: columns)
            } else if index < end {
                caret += String(repeating: index == start ? "^" : "~", count: min(columns, 1))
                caret += String(repeating: "~", count: max(0, columns - 1))
            }
        }
        // A problem at the end of the line has its caret just behind it.
        if start >= window.upperBound { caret += "^" }
        if window.upperBound < scalars.count || part.isCut { line += "…" }
        return (line, caret)
    }

    /// The part of a line to show: all of it, or what fits around a column.
    private func window(of scalars: [Unicode.Scalar], around column: Int) -> Range<Int> {
        func columns(_ index: Int) -> Int {
            scalars[index] == "\t" ? Self.tabColumns : TerminalText.width(scalars[index])
        }
        var total = 0
        for index in scalars.indices where total <= Self.windowColumns { total += columns(index) }
        if total <= Self.windowColumns { return scalars.indices }

        // One column at each side is for the mark that something is left out.
        let budget = Self.windowColumns - 2
        var lower = min(column, scalars.count - 1)
        var upper = lower
        var used = 0
        while lower > 0, used + columns(lower - 1) <= budget / 3 {
            lower -= 1
            used += columns(lower)
        }
        while upper < scalars.count, used + columns(upper) <= budget {
            used += columns(upper)
            upper += 1
        }
        while lower > 0, used + columns(lower - 1) <= budget {
            lower -= 1
            used += columns(lower)
        }
        return lower..<upper
    }
}
