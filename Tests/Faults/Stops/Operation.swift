// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A line of what `fault-tracer` lists.
struct Operation: Sendable, CustomStringConvertible {
    let number: Int
    /// The program and which of its kind it is, such as `nacre-supervisor:2`.
    let process: String
    /// The system call.
    let call: String
    /// The path or paths, relative to the home.
    let subject: String

    var description: String { "\(number) \(process) \(call) \(subject)" }

    /// What operations of one sort have in common: ids and numbers left out.
    var sort: String {
        let path = subject.replacing(#/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,}|\d+/#, with: "*")
        return "\(process.prefix { $0 != ":" }) \(call) \(path.hasPrefix("builds/*/workspace/") ? "workspace" : path)"
    }

    /// Reads a whole report.
    static func read(_ text: String) -> [Operation] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard words.count == 4, let number = Int(words[0]) else { return nil }
            return Operation(
                number: number,
                process: String(words[1]),
                call: String(words[2]),
                subject: String(words[3])
            )
        }
    }

    /// Some of numbered ones, the same each time for the same list: first one of each sort, then more.
    static func sample(_ all: [(Operation, Int)], _ count: Int, seed: UInt64) -> [(Operation, Int)] {
        var generator = SeededNumbers(seed: seed)
        let sorts = Dictionary(grouping: all) { $0.0.sort }.sorted { $0.key < $1.key }.map { $0.value }
        var queues = sorts.map { $0.shuffled(using: &generator) }.shuffled(using: &generator)
        var chosen: [(Operation, Int)] = []
        while chosen.count < count, !queues.isEmpty {
            for index in queues.indices { chosen.append(queues[index].removeLast()) }
            queues.removeAll(where: \.isEmpty)
        }
        return Array(chosen.prefix(count))
    }
}
