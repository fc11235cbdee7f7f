// SPDX-License-Identifier: Apache-2.0

/// A word that begins with a dash: a flag, or with a value after it.
package struct OptionDescription: Sendable, Hashable {
    /// The name after two dashes; also that by which the values are asked for.
    package let name: String
    /// The letter after one dash; nil for none.
    package let letter: Character?
    /// What stands for the value in the help, such as `DIR`; nil for a flag, which has no value.
    package let valueName: String?
    /// What the values are.
    package let kind: ValueKind
    /// Whether it may be given more than once, each value counting.
    package let isRepeatable: Bool
    /// What it does, beginning with a small letter, without a full stop.
    package let help: String
    /// What holds without it, as shown in the help; nil when there is nothing to say.
    package let defaultText: String?

    /// An option with a value.
    package init(
        _ name: String,
        _ letter: Character? = nil,
        value valueName: String,
        _ kind: ValueKind = .text,
        isRepeatable: Bool = false,
        default defaultText: String? = nil,
        help: String
    ) {
        self.name = name
        self.letter = letter
        self.valueName = valueName
        self.kind = kind
        self.isRepeatable = isRepeatable
        self.help = help
        self.defaultText = defaultText
    }

    /// A flag.
    package init(flag name: String, _ letter: Character? = nil, help: String) {
        self.name = name
        self.letter = letter
        self.valueName = nil
        self.kind = .text
        self.isRepeatable = true
        self.help = help
        self.defaultText = nil
    }

    /// The flag that every command has.
    static let help = OptionDescription(flag: "help", "h", help: "show this help")

    /// The long form, as in messages.
    var spelling: String { "--\(name)" }

    /// The left column of the help.
    var usage: String {
        let short = letter.map { "-\($0), " } ?? "    "
        return short + spelling + (valueName.map { " \($0)" } ?? "")
    }

    /// The right column of the help.
    var explanation: String {
        var notes: [String] = []
        if isRepeatable, valueName != nil { notes.append("repeatable") }
        if let defaultText { notes.append("default: \(defaultText)") }
        return notes.isEmpty ? help : "\(help) (\(notes.joined(separator: "; ")))"
    }
}
