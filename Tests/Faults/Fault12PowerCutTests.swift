// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite(
    "12: a power cut at every operation on a file",
    .scratchDirectory,
    .timeLimit(StopCampaign.limit),
    .enabled(if: TracedDaemon.canTrace, "programs cannot be traced here (ptrace)")
)
struct Fault12PowerCutTests {
    @Test(
        "12: what was acknowledged is there after a power cut that takes what was not synced, and nothing is done twice"
    )
    func cut() async throws {
        try await OwnThread.run {
            let campaign = try StopCampaign()
            // In an ordinary run each takes its share of every other sort: the daemon's alone are all tried by kill -9.
            let manners = ["strict", "data", "1", "2"]
            let chains = manners.enumerated().flatMap { index, manner in
                let seed = 120 + UInt64(index)
                return campaign.chains(
                    of: .machine(cut: manner),
                    part: (2 * index, 2 * manners.count),
                    length: 3,
                    seed: seed
                )
            }
            campaign.tryAll(chains)
        }
    }
}
