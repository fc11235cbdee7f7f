// SPDX-License-Identifier: Apache-2.0

/// How values come into the commands of an action: as text where no shell could read anything else in them, by variables of
/// the environment elsewhere.
///
/// Branch names and commit messages are whatever somebody has pushed. Put into a command as they are, as AWS does, they would
/// run as part of it.
struct ShellReferences {
    /// What the commands refer to.
    private(set) var variables: [ActionDeclaration.Environment] = []

    private enum Quotes {
        case none
        case single
        case double
    }

    /// What stands for a value at its place in a command.
    mutating func text(for value: String, in command: String, at place: Int) -> String {
        if Self.isHarmless(value) { return value }
        let reference = "${\(variable(of: value))}"
        // Nothing is expanded between single quotes: they end before it and begin again.
        return Self.quotes(of: command.utf8.prefix(place)) == .single ? "'\"\(reference)\"'" : reference
    }

    private mutating func variable(of value: String) -> String {
        if let known = variables.first(where: { $0.value == value }) { return known.name }
        let name = "NACRE_VALUE_\(variables.count + 1)"
        variables.append(ActionDeclaration.Environment(name: name, value: value))
        return name
    }

    /// Whether a shell takes all of it for words, in quotes and without.
    private static func isHarmless(_ value: String) -> Bool {
        value.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
                true
            default: " _./:@%+,=-".utf8.contains(byte)
            }
        }
    }

    /// The quotes that are open at the end of the beginning of a command.
    ///
    /// Where it errs, in a here-document for one, a variable is not expanded; its value is never run.
    private static func quotes(of beginning: some Sequence<UInt8>) -> Quotes {
        var quotes = Quotes.none
        var isEscaped = false
        for byte in beginning {
            if isEscaped {
                isEscaped = false
                continue
            }
            switch (byte, quotes) {
            case (UInt8(ascii: "\\"), .none), (UInt8(ascii: "\\"), .double): isEscaped = true
            case (UInt8(ascii: "'"), .none): quotes = .single
            case (UInt8(ascii: "\""), .none): quotes = .double
            case (UInt8(ascii: "'"), .single), (UInt8(ascii: "\""), .double): quotes = .none
            default: break
            }
        }
        return quotes
    }
}
