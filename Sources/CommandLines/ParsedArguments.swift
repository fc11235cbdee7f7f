// SPDX-License-Identifier: Apache-2.0

/// The words of a command line, sorted; options by their long names, arguments by theirs.
///
/// Asking for a name that the command does not declare is a programmer's error and traps.
package struct ParsedArguments: Sendable, Hashable {
    /// The verbs that were given, such as `["repo", "create"]`.
    package let path: [String]
    private let chain: [CommandDescription]
    private let values: [String: [String]]

    init(chain: [CommandDescription], values: [String: [String]]) {
        self.path = chain.dropFirst().map(\.name)
        self.chain = chain
        self.values = values
    }

    /// Whether a flag was given.
    package func flag(_ name: String) -> Bool {
        !all(name).isEmpty
    }

    /// The value of an option or argument; nil when it was not given.
    ///
    /// Of a repeated one, the last.
    package func string(_ name: String) -> String? {
        all(name).last
    }

    /// The value of an argument that the command requires.
    package func required(_ name: String) -> String {
        guard let value = string(name) else { preconditionFailure("\(name) is not required by \(path)") }
        return value
    }

    /// All values of an option or argument, in the order given.
    package func all(_ name: String) -> [String] {
        precondition(isDeclared(name), "\(name) is not declared by \(path)")
        return values[name] ?? []
    }

    /// The value as a whole number.
    /// - Throws: when it is not one, or lies outside the range.
    package func integer(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
        guard let text = string(name) else { return nil }
        if let number = Int(text), range.contains(number) { return number }
        throw error(
            name,
            "must be a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text.visible)'"
        )
    }

    /// The value of an option that is a duration, in seconds.
    package func seconds(_ name: String) throws(UsageError) -> Int? {
        guard let text = string(name) else { return nil }
        guard let seconds = DurationText.seconds(text) else {
            throw error(name, "must be a duration such as 90s, 10m or 1h30m, not '\(text)'")
        }
        return seconds
    }

    /// An error about a value that only the command itself can judge.
    /// - Returns: the error with the option's or argument's name before `message`, as in "option '--jobs' must be …".
    package func error(_ name: String, _ message: String) -> UsageError {
        precondition(isDeclared(name), "\(name) is not declared by \(path)")
        let isOption = chain.contains { $0.options.contains { $0.name == name } }
        return UsageError(isOption ? "option '--\(name)' \(message)" : "\(name) \(message)", chain: chain)
    }

    /// Whether the command takes an option or argument of that name.
    package func isDeclared(_ name: String) -> Bool {
        chain.contains { $0.options.contains { $0.name == name } || $0.arguments.contains { $0.name == name } }
    }
}
