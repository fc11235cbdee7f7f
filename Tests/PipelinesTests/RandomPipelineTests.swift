// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("Random pipelines", .timeLimit(.minutes(40)))
struct RandomPipelineTests {
    /// Of each batch; more for a long run by `NACRE_RANDOM_PIPELINES`.
    private static let cases = ProcessInfo.processInfo.environment["NACRE_RANDOM_PIPELINES"].flatMap(Int.init) ?? 25
    private static let events = 60

    /// Each batch has seeds of its own; a failure names the seed and the last events.
    @Test(
        "whatever happens to a pipeline: nobody is lost or stuck, locks hold, no effect is doubled, nothing piles up",
        arguments: 0..<8
    )
    func batch(number: Int) {
        for index in 0..<Self.cases {
            let seed = UInt64(number * Self.cases + index)
            if let problem = Self.problem(seed: seed) {
                Issue.record("seed \(seed): \(problem)")
                return
            }
        }
    }

    private static func problem(seed: UInt64) -> String? {
        var simulation = Simulation(seed: seed)
        do {
            for _ in 0..<events { try simulation.step() }
            try simulation.drain()
            return nil
        } catch {
            let last = simulation.history.suffix(20).map { "\($0)".prefix(160) }.joined(separator: "\n  ")
            return "\(error)\n  \(last)\nafter \(simulation.history.count) events"
        }
    }
}
