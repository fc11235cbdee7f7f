// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite(
    "12: a power cut at every operation on a file",
    .scratchDirectory,
    .timeLimit(.minutes(240)),
    .enabled(if: TracedDaemon.canTrace, "programs cannot be traced here (ptrace)")
)
struct Fault12PowerCutTests {
    @Test(
        "12: what was acknowledged is there after a power cut that takes what was not synced, and nothing is done twice"
    )
    func cut() throws {
        let campaign = try StopCampaign()
        let manners = ["strict", "data", "1", "2"]
        let points = manners.flatMap { manner in
            campaign.points(of: .machine(cut: manner), sample: 6, seed: UInt64(manner.utf8.count))
        }
        campaign.tryAll(campaign.chains(points, of: 3))
    }
}
