// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Sees the scene through with each of many stop points, and compares how it came out with the run that nobody stopped.
struct StopCampaign {
    /// An operation of the run that nobody stopped, and which of its sort it is.
    private struct Choice {
        let operation: Operation
        let ordinal: Int
        var isAfter = false
    }

    /// Whether every stop point is to be tried, not a sample: `make faults`.
    static let isWhole = ProcessInfo.processInfo.environment["NACRE_ALL_STOP_POINTS"] != nil
    /// How long that may take; a sample is to take minutes, on a slow machine too.
    static let limit: TimeLimitTrait.Duration = isWhole ? .minutes(7 * 24 * 60) : .minutes(40)
    /// Those that are to be tried instead, to repeat a failure; chains are joined by `,`.
    private static let chosen = ProcessInfo.processInfo.environment["NACRE_STOP_POINTS"]

    /// What every push, build and pipeline does.
    ///
    /// Where one is missing, the tracer does not see all.
    private static let expected = [
        "nacre/pwrite64/nacre.db-wal", "nacre/fdatasync/nacre.db-wal", "nacre/write/audit.log", "nacre/fsync/audit.log",
        "nacre/rename/builds/*/request.json.*.tmp>builds/*/request.json",
        "nacre/rename/sources/*/artifact.zip>artifacts/*/*",
        "nacre/rename/builds/*/artifacts/artifacts.zip>artifacts/*/*",
        "nacre-supervisor/openat/builds/*/events.jsonl", "nacre-supervisor/write/builds/*/log",
        "nacre-supervisor/fsync/builds/*/result.json.*.tmp",
        "nacre-supervisor/rename/builds/*/result.json.*.tmp>builds/*/result.json", "sh/write/builds/*/workspace",
    ]

    private let scene: StopScene
    /// The logs of a run that nobody stopped, by the names of the builds.
    private let logs: [String: String]
    /// All operations of that run.
    private let operations: [Operation]

    /// Makes the scene, and sees it through once under the tracer, without a stop.
    init() throws {
        scene = try StopScene()
        let (end, runs) = try scene.run([StopPoint(.machine(cut: "strict"), 0)])
        let statuses = end.byName.mapValues(\.buildStatus)
        let whole = ["model": "SUCCEEDED", "broken": "FAILED", "compile": "SUCCEEDED", "check": "SUCCEEDED"]
        guard end.problems.isEmpty, statuses == whole else {
            throw Program.Failure(description: "nobody was stopped: \(statuses) \(end.problems)")
        }
        logs = end.byName.mapValues { SceneEnd.comparable($0) }
        operations = runs[0].operations
        let sorts = Set(operations.map(\.sort))
        let missing = Self.expected.filter { !sorts.contains($0) }
        guard missing.isEmpty else {
            throw Program.Failure(description: "the tracer has not seen \(missing), but \(sorts.sorted())")
        }
    }

    // MARK: - Choosing

    /// Stop points of a subject.
    ///
    /// Where all are to be tried, each of its operations is one, in a run of its own. Else one of each sort is, the same each
    /// time, with several stops in one run, one after the other.
    ///
    /// * `part`: only every so manieth sort, from which one on, for an ordinary run.
    /// * `length`: how many stops there are in an ordinary run.
    func chains(
        of subject: StopPoint.Subject,
        part: (first: Int, step: Int) = (0, 1),
        length: Int,
        seed: UInt64
    ) -> [[StopPoint]] {
        let process: String? =
            switch subject {
            case .daemon: "nacre:1"
            case .supervisor(let ordinal): "nacre-supervisor:\(ordinal)"
            case .machine: nil
            }
        let all = operations.filter { process == nil || $0.process == process }
        var counts: [String: Int] = [:]
        var choices = all.map { operation in
            counts[operation.sort, default: 0] += 1
            return Choice(operation: operation, ordinal: counts[operation.sort] ?? 0)
        }
        if !Self.isWhole { choices = Self.sample(choices, part, seed: seed) }
        // Every third time the operation is still done: what follows it is not.
        for index in choices.indices where index % 3 == 2 { choices[index].isAfter = true }
        let count = Self.isWhole ? choices.count : (choices.count + length - 1) / length
        return (0..<count).map { first in
            chain(stride(from: first, to: choices.count, by: count).map { choices[$0] }, among: all, of: subject)
        }
    }

    /// One of each sort, in the order of time; not of the last ones, as there may be fewer the next time.
    private static func sample(_ all: [Choice], _ part: (first: Int, step: Int), seed: UInt64) -> [Choice] {
        var generator = SeededNumbers(seed: seed)
        let sorts = Dictionary(grouping: all, by: \.operation.sort).sorted { $0.key < $1.key }.map(\.value)
        let chosen = stride(from: part.first, to: sorts.count, by: part.step).map { index in
            sorts[index][Int.random(in: 0..<max(1, sorts[index].count * 3 / 4), using: &generator)]
        }
        return chosen.sorted { $0.operation.number < $1.operation.number }
    }

    /// One run: a daemon that takes over does what is left, so each is counted from the one before on.
    private func chain(
        _ choices: [Choice],
        among all: [Operation],
        of subject: StopPoint.Subject
    ) -> [StopPoint] {
        choices.indices.map { index in
            let (choice, before) = (choices[index], index == 0 ? 0 : choices[index - 1].operation.number)
            let done = all.prefix { $0.number <= before }.count(where: { $0.sort == choice.operation.sort })
            return StopPoint(subject, choice.ordinal - done, of: choice.operation.sort, isAfter: choice.isAfter)
        }
    }

    // MARK: - Trying

    /// Tries them, each on the home as it was before the push.
    func tryAll(_ chains: [[StopPoint]], _ check: (SceneEnd) -> [String] = { _ in [] }) {
        var tried = chains
        if let chosen = Self.chosen, !chosen.isEmpty {
            let kind = chains.first?.first?.subject.kind
            tried = chosen.split(separator: " ").map { $0.split(separator: ",").compactMap { StopPoint($0) } }
                .filter { $0.first?.subject.kind == kind }
        } else if tried.joined().isEmpty {
            Issue.record("there is no stop point to try")
        }
        var reached = 0
        var missed: [String] = []
        for (index, chain) in tried.enumerated() {
            let names = chain.map(\.description).joined(separator: ",")
            do {
                let (end, runs) = try scene.run(chain)
                let problems = end.problems + compareLogs(end, chain) + check(end)
                let stops = runs.map { $0.wasStopped ? $0.operations.last?.description ?? "" : "none" }
                    .joined(separator: "; ")
                reached += runs.count(where: \.wasStopped)
                if runs.first?.wasStopped != true { missed.append(names) }
                if Self.isWhole || Self.chosen != nil {
                    print(
                        "[\(index + 1)/\(tried.count)] \(names) at \(stops)\(problems.isEmpty ? "" : ": \(problems)")"
                    )
                }
                if problems.isEmpty { continue }
                let text = problems.joined(separator: "; ")
                Issue.record("stopped at \(stops): \(text). \(Self.repetition(names))")
            } catch {
                Issue.record("stopped at \(names): \(error). \(Self.repetition(names))")
            }
        }
        if Self.chosen == nil { checkReach(tried, reached, missed) }
    }

    /// The first stop of each run must have been reached, but for few.
    ///
    /// Builds do not begin in the same order each time, and the last write of all may be missing. Of those that follow a stop,
    /// which depend on how that came out, most must have been reached.
    private func checkReach(_ tried: [[StopPoint]], _ reached: Int, _ missed: [String]) {
        let all = tried.joined().count
        if missed.count > tried.count / 10 || reached * 2 < all {
            Issue.record("of \(all) stop points \(reached) were reached; the first ones that were not: \(missed)")
        }
    }

    private static func repetition(_ names: String) -> String {
        "Again: make faults NACRE_STOP_POINTS='\(names)'"
    }

    /// A log is what it would have been without a stop, or the beginning of it where the build was stopped.
    ///
    /// After a power cut that takes one file and leaves another, the result may be there and the log not whole, unless somebody
    /// had been told the result.
    private func compareLogs(_ end: SceneEnd, _ chain: [StopPoint]) -> [String] {
        end.byName.compactMap { name, build -> String? in
            let log = SceneEnd.comparable(build)
            guard let whole = logs[name] else { return "\(name) is not known" }
            let isWhole =
                build.buildStatus != "FAULT"
                && (!chain.contains(where: \.isSeeded) || end.toldBeforeStop.contains(build.id))
            if isWhole ? log == whole : whole.hasPrefix(log) { return nil }
            let common = zip(log.utf8, whole.utf8).prefix { $0 == $1 }.count
            let ours = String(decoding: log.utf8.dropFirst(common).prefix(80), as: UTF8.self)
            let theirs = String(decoding: whole.utf8.dropFirst(common).prefix(80), as: UTF8.self)
            return "the log of \(name), \(build.buildStatus), is not as it would have been: '\(ours)', not '\(theirs)'"
        }
    }
}
