// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Sees the scene through with each of many stop points, and compares how it came out with the run that nobody stopped.
struct StopCampaign {
    /// Whether every stop point is to be tried, not a sample: `make faults`.
    static let isWhole = ProcessInfo.processInfo.environment["NACRE_ALL_STOP_POINTS"] != nil
    /// Those that are to be tried instead, to repeat a failure; chains are joined by `,`.
    private static let chosen = ProcessInfo.processInfo.environment["NACRE_STOP_POINTS"]

    private let scene: StopScene
    /// The logs of a run that nobody stopped, by the names of the builds.
    private let logs: [String: String]
    /// All operations of that run.
    private let operations: [Operation]

    /// Makes the scene, and sees it through once under the tracer, without a stop.
    init() throws {
        scene = try StopScene()
        let (end, operations) = try scene.run([StopPoint(.machine(cut: "strict"), 0)])
        if !end.problems.isEmpty { throw Program.Failure(description: "nobody was stopped: \(end.problems)") }
        let statuses = end.byName.mapValues(\.buildStatus)
        guard statuses == ["model": "SUCCEEDED", "compile": "SUCCEEDED", "check": "SUCCEEDED"] else {
            throw Program.Failure(description: "nobody was stopped: \(statuses)")
        }
        logs = end.byName.mapValues { SceneEnd.comparable($0) }
        self.operations = operations[0]
    }

    /// Stop points of a subject: of all of its operations where all are to be tried, else of some.
    ///
    /// * `count`: how many are tried in an ordinary run.
    func points(of subject: StopPoint.Subject, sample count: Int, seed: UInt64) -> [StopPoint] {
        let process: String? =
            switch subject {
            case .daemon: "nacre:1"
            case .supervisor(let ordinal): "nacre-supervisor:\(ordinal)"
            case .machine: nil
            }
        let all = operations.filter { process == nil || $0.process == process }
        // As they are counted when only this one is watched.
        let numbered = all.enumerated().map { ($1, $0 + 1) }
        let chosen = Self.isWhole ? numbered : Operation.sample(numbered, count, seed: seed)
        // Every third time the operation is still done: what follows it is not.
        return chosen.enumerated().map { StopPoint(subject, $1.1, isAfter: $0 % 3 == 2) }
    }

    /// Several stops in one run, one after the other; where all are to be tried, each has its own.
    func chains(_ points: [StopPoint], of length: Int) -> [[StopPoint]] {
        if Self.isWhole { return points.map { [$0] } }
        return stride(from: 0, to: points.count, by: length).map { Array(points[$0..<min($0 + length, points.count)]) }
    }

    /// Tries them, each on the home as it was before the push.
    func tryAll(_ chains: [[StopPoint]], _ check: (SceneEnd) -> [String] = { _ in [] }) {
        var tried = chains
        if let chosen = Self.chosen, !chosen.isEmpty {
            let kind = chains.first?.first?.subject.kind
            tried = chosen.split(separator: " ").map { $0.split(separator: ",").compactMap { StopPoint($0) } }
                .filter { $0.first?.subject.kind == kind }
        }
        for (index, chain) in tried.enumerated() {
            let names = chain.map(\.description).joined(separator: ",")
            do {
                let (end, operations) = try scene.run(chain)
                let problems = end.problems + compareLogs(end, chain) + check(end)
                let stops = operations.compactMap { $0.last?.description }.joined(separator: "; ")
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
                build.buildStatus == "SUCCEEDED"
                && (!chain.contains(where: \.isSeeded) || end.toldBeforeStop.contains(build.id))
            if isWhole ? log == whole : whole.hasPrefix(log) { return nil }
            let common = zip(log.utf8, whole.utf8).prefix { $0 == $1 }.count
            let ours = String(decoding: log.utf8.dropFirst(common).prefix(80), as: UTF8.self)
            let theirs = String(decoding: whole.utf8.dropFirst(common).prefix(80), as: UTF8.self)
            return "the log of \(name), \(build.buildStatus), is not as it would have been: '\(ours)', not '\(theirs)'"
        }
    }
}
