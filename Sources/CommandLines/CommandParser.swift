// SPDX-License-Identifier: Apache-2.0

/// Reads the words of one command line, from left to right.
struct CommandParser {
    private var chain: [CommandDescription]
    private var values: [String: [String]] = [:]
    private var positionals: [String] = []

    init(_ root: CommandDescription) {
        chain = [root]
    }

    private var current: CommandDescription { chain[chain.count - 1] }

    /// What may be given here: the command's own options, then those of the commands above it.
    private var options: [OptionDescription] {
        chain.reversed().flatMap(\.options) + [.help]
    }

    mutating func parse(_ words: [String]) throws(UsageError) -> ParseOutcome {
        var rest = words[...]
        var areOptionsOver = false
        while let word = rest.popFirst() {
            if areOptionsOver || !word.utf8.starts(with: "-".utf8) || word == "-" {
                if try readWord(word, &rest) { return .help(chain.dropFirst().map(\.name)) }
            } else if word == "--" {
                areOptionsOver = true
            } else if word.utf8.starts(with: "--".utf8) {
                try readLong(word, &rest)
            } else {
                try readShort(word, &rest)
            }
            if values[OptionDescription.help.name] != nil { return .help(chain.dropFirst().map(\.name)) }
        }
        if !current.subcommands.isEmpty {
            throw failure("a command is missing: one of \(current.subcommands.map(\.name).joined(separator: ", "))")
        }
        try placeArguments()
        return .run(ParsedArguments(chain: chain, values: values))
    }

    // MARK: - Words

    /// Takes a verb or an argument.
    /// - Returns: whether it asks for help.
    private mutating func readWord(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) -> Bool {
        if current.subcommands.isEmpty {
            positionals.append(word)
            return false
        }
        if let next = current.subcommands.first(where: { $0.name == word }) {
            chain.append(next)
            return false
        }
        guard word == "help" else {
            let names = current.subcommands.map(\.name) + ["help"]
            throw failure("unknown command '\(word.visible)'", suggestion: Spelling.nearest(to: word, among: names))
        }
        while let name = rest.popFirst() {
            guard let next = current.subcommands.first(where: { $0.name == name }) else {
                let names = current.subcommands.map(\.name)
                throw failure("unknown command '\(name.visible)'", suggestion: Spelling.nearest(to: name, among: names))
            }
            chain.append(next)
        }
        return true
    }

    /// Takes `--name`, `--name=VALUE` or `--name VALUE`.
    private mutating func readLong(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
        let parts = word.utf8.dropFirst(2).split(
            separator: UInt8(ascii: "="),
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        let name = String(Substring(parts[0]))
        let attached = parts.count > 1 ? String(Substring(parts[1])) : nil
        guard let option = options.first(where: { $0.name == name }) else {
            let near = Spelling.nearest(to: name, among: options.map(\.name)).map { "--\($0)" }
            throw failure("unknown option '--\(name.visible)'", suggestion: near)
        }
        guard option.valueName != nil else {
            if attached != nil { throw failure("option '\(option.spelling)' takes no value") }
            values[option.name, default: []].append("")
            return
        }
        if let attached {
            try add(attached, to: option)
        } else {
            try add(nextValue(for: option, as: option.spelling, &rest), to: option)
        }
    }

    /// Takes `-f`, `-n VALUE`, `-nVALUE`, `-n=VALUE`, or several letters of which only the last may have a value.
    private mutating func readShort(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            guard let option = options.first(where: { $0.letter == letter }) else {
                // A common slip: one dash before a long name.
                let name = String(word.dropFirst())
                let near = options.contains { $0.name == name } ? "-\(word)" : nil
                throw failure("unknown option '-\(String(letter).visible)'", suggestion: near)
            }
            guard option.valueName != nil else {
                values[option.name, default: []].append("")
                continue
            }
            if letters.isEmpty {
                try add(nextValue(for: option, as: "-\(letter)", &rest), to: option)
            } else {
                try add(String(letters.first == "=" ? letters.dropFirst() : letters), to: option)
            }
            return
        }
    }

    /// Takes the word after an option, which is its value whatever it looks like, but for an option of this command: then the
    /// value was most likely forgotten.
    private func nextValue(
        for option: OptionDescription,
        as spelling: String,
        _ rest: inout ArraySlice<String>
    ) throws(UsageError) -> String {
        if let value = rest.first, !options.contains(where: { value == $0.spelling }) {
            rest.removeFirst()
            return value
        }
        throw failure("option '\(spelling)' needs a value: \(spelling) \(option.valueName ?? "")")
    }

    private mutating func add(_ value: String, to option: OptionDescription) throws(UsageError) {
        try check(value, option.kind, "option '\(option.spelling)'")
        if !option.isRepeatable, values[option.name] != nil {
            throw failure("option '\(option.spelling)' is given twice")
        }
        values[option.name, default: []].append(value)
    }

    // MARK: - Arguments

    private mutating func placeArguments() throws(UsageError) {
        var rest = positionals[...]
        for argument in current.arguments {
            let taken = argument.isVariadic ? Array(rest) : Array(rest.prefix(1))
            rest = rest.dropFirst(taken.count)
            if taken.isEmpty, argument.isRequired { throw failure("\(argument.name) is missing: \(argument.help)") }
            for value in taken { try check(value, argument.kind, argument.name) }
            if !taken.isEmpty { values[argument.name] = taken }
        }
        if let extra = rest.first { throw failure("unexpected argument '\(extra.visible)'") }
    }

    private func check(_ value: String, _ kind: ValueKind, _ name: String) throws(UsageError) {
        guard case .choice(let words) = kind, !words.contains(value) else { return }
        throw failure(
            "\(name) must be one of \(words.joined(separator: ", ")), not '\(value.visible)'",
            suggestion: Spelling.nearest(to: value, among: words)
        )
    }

    private func failure(_ message: String, suggestion: String? = nil) -> UsageError {
        UsageError(message, suggestion: suggestion, chain: chain)
    }
}
