// SPDX-License-Identifier: Apache-2.0

/// Lays out the help of a command.
struct HelpText {
    /// The program, then the verbs down to the command.
    let chain: [CommandDescription]
    /// The columns of the terminal.
    let width: Int

    /// Where the right column begins, at most.
    private static let indentLimit = 30

    private var subject: CommandDescription { chain[chain.count - 1] }

    /// The words that call the command.
    var command: String {
        chain.map(\.name).joined(separator: " ")
    }

    /// How to call the command, in one line.
    var usage: String {
        let words = subject.subcommands.isEmpty ? subject.arguments.map(\.usage) : ["COMMAND"]
        return ([command, "[OPTIONS]"] + words).joined(separator: " ")
    }

    var text: String {
        var lines = ["USAGE: \(usage)", ""]
        lines += wrap(subject.abstract, 0)
        for paragraph in (subject.discussion ?? "").split(separator: "\n\n") {
            lines.append("")
            lines += wrap(String(paragraph), 0)
        }
        let own = subject.options + [.help]
        let inherited = chain.dropLast().reversed().flatMap(\.options)
        let sections: [(title: String, rows: [(String, String)])] = [
            ("COMMANDS", subject.subcommands.map { ($0.name, $0.abstract.withoutFullStop) }),
            ("ARGUMENTS", subject.arguments.map { ($0.usage, $0.help) }),
            ("OPTIONS", (own + inherited).map { ($0.usage, $0.explanation) }),
        ]
        let all = sections.flatMap(\.rows).map(\.0.terminalColumns).filter { $0 + 4 <= Self.indentLimit }
        let indent = (all.max() ?? 0) + 4
        for section in sections where !section.rows.isEmpty {
            lines += ["", "\(section.title):"]
            for (left, right) in section.rows { lines += row(left, right, indent) }
        }
        if !subject.examples.isEmpty {
            lines += ["", "EXAMPLES:"]
            for example in subject.examples {
                lines.append("  \(example.line)")
                lines += wrap(example.explanation, 6)
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// A left cell with its explanation beside it, or below where it is too long.
    private func row(_ left: String, _ right: String, _ indent: Int) -> [String] {
        var lines = wrap(right, indent)
        let head = "  \(left)"
        if lines.isEmpty { return [head] }
        if head.terminalColumns + 2 > indent { return [head] + lines }
        lines[0] = head.padded(to: indent) + lines[0].dropFirst(indent)
        return lines
    }

    /// Breaks a text between words; a word that is longer than a line stays whole.
    private func wrap(_ text: String, _ indent: Int) -> [String] {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            if !line.isEmpty, indent + line.terminalColumns + 1 + String(word).terminalColumns > width {
                lines.append(margin + line)
                line = ""
            }
            line += line.isEmpty ? word : " \(word)"
        }
        if !line.isEmpty { lines.append(margin + line) }
        return lines
    }
}

extension String {
    fileprivate var withoutFullStop: String {
        hasSuffix(".") ? String(dropLast()) : self
    }
}
