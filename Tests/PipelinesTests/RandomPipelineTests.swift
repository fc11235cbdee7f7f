// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite("Random pipelines", .timeLimit(.minutes(15)))
struct RandomPipelineTests {
    private static let cases = 250
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
