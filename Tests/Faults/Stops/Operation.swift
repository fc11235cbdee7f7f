// SPDX-License-Identifier: Apache-2.0

/// A line of what `fault-tracer` lists.
struct Operation: Sendable, CustomStringConvertible {
    let number: Int
    /// The program and which of its kind it is, such as `nacre-supervisor:2`.
    let process: String
    /// The system call.
    let call: String
    /// The path or paths, relative to the home.
    let subject: String
    /// What it has in common with others that do the same: `CallSort`.
    let sort: String

    var description: String { "\(number) \(process) \(call) \(subject)" }

    /// Reads a whole report.
    static func read(_ text: String) -> [Operation] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard words.count == 5, let number = Int(words[0]) else { return nil }
            return Operation(number: number, process: words[1], call: words[2], subject: words[3], sort: words[4])
        }
    }
}
