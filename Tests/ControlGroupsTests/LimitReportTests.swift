// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ControlGroups

@Suite("What limits say of a failure")
struct LimitReportTests {
    private let limits = ResourceLimits(memoryBytes: 512 << 20, processes: 20)

    private func explanation(_ exitCode: Int32, kills: Int64 = 0, refused: Int64 = 0) -> String? {
        var after = ResourceFacts()
        after.outOfMemoryKills = 3 + kills
        after.refusedForks = 5 + refused
        var before = ResourceFacts()
        before.outOfMemoryKills = 3
        before.refusedForks = 5
        return LimitReport.explanation(exitCode: exitCode, limits, from: before, to: after)
    }

    @Test("a command that was killed for its memory is told with the limit")
    func memory() {
        #expect(explanation(137, kills: 1) == "out of memory, limit 512 MiB")
        #expect(explanation(2, kills: 1) == "a process was killed: out of memory, limit 512 MiB")
    }

    @Test("refused forks are told with the limit")
    func processes() {
        #expect(explanation(2, refused: 4) == "the limit of 20 processes was reached")
    }

    @Test("counters that stand still explain nothing")
    func nothing() {
        #expect(explanation(137) == nil)
        #expect(LimitReport.explanation(exitCode: 1, limits, from: ResourceFacts(), to: ResourceFacts()) == nil)
    }

    @Test(
        "sizes are told in the largest unit that is exact",
        arguments: [
            (1 << 30, "1 GiB"), (1 << 29, "512 MiB"), (1_500, "1500 bytes"), (1_536, "1536 bytes"), (2048, "2 KiB"),
        ]
    )
    func sizes(_ bytes: Int64, _ text: String) {
        #expect(ResourceLimits.text(bytes: bytes) == text)
    }
}
