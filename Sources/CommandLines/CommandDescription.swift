// SPDX-License-Identifier: Apache-2.0

/// A command or verb: what it takes, and what its help says.
package struct CommandDescription: Sendable, Hashable {
    /// The word that calls it.
    package let name: String
    /// One sentence on what it does.
    package let abstract: String
    /// More about it, in paragraphs; nil for nothing more.
    package let discussion: String?
    /// What it takes by place; nothing for a command with verbs.
    package let arguments: [ArgumentDescription]
    /// What it and all its verbs take by name.
    package let options: [OptionDescription]
    /// What it can be used for.
    package let examples: [Example]
    /// Its verbs, in the order of the help.
    package let subcommands: [CommandDescription]

    /// A worked use of a command.
    package struct Example: Sendable, Hashable {
        /// What one types.
        package let line: String
        /// What that does, beginning with a small letter, without a full stop.
        package let explanation: String

        package init(_ line: String, _ explanation: String) {
            self.line = line
            self.explanation = explanation
        }
    }

    package init(
        _ name: String,
        abstract: String,
        discussion: String? = nil,
        arguments: [ArgumentDescription] = [],
        options: [OptionDescription] = [],
        examples: [Example] = [],
        subcommands: [CommandDescription] = []
    ) {
        precondition(arguments.isEmpty || subcommands.isEmpty, "\(name) takes either verbs or arguments")
        precondition(arguments.dropLast().allSatisfy { !$0.isVariadic }, "\(name): only the last argument may repeat")
        self.name = name
        self.abstract = abstract
        self.discussion = discussion
        self.arguments = arguments
        self.options = options
        self.examples = examples
        self.subcommands = subcommands
    }

    /// Reads a command line for this command.
    ///
    /// The rules are getopt's: `--name VALUE`, `--name=VALUE`, `-n VALUE`, `-nVALUE`, `-n=VALUE`, flags together as in `-fn5`, options
    /// and arguments in any order, `--` before arguments that begin with a dash. `help VERB` is `VERB --help`.
    /// - Parameter words: what follows the program's name.
    /// - Returns: what was asked for: to run, or to show help.
    /// - Throws: the first thing that is wrong.
    package func parse(_ words: [String]) throws(UsageError) -> ParseOutcome {
        var parser = CommandParser(self)
        return try parser.parse(words)
    }

    /// The help of this command or of one of its verbs.
    /// - Parameters:
    ///   - path: the verbs that lead to it; empty for this command itself.
    ///   - width: the columns of the terminal; texts are wrapped to it.
    /// - Returns: lines with a newline after each; nil when there is no such verb.
    package func helpText(for path: [String] = [], width: Int = 80) -> String? {
        chain(path).map { HelpText(chain: $0, width: width).text }
    }

    /// This command and the verbs on the way to one of them.
    func chain(_ path: [String]) -> [CommandDescription]? {
        var chain = [self]
        for name in path {
            guard let next = chain[chain.count - 1].subcommands.first(where: { $0.name == name }) else { return nil }
            chain.append(next)
        }
        return chain
    }
}
