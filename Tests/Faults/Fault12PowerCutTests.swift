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
        "12: what was acknowledged is there after a power cut that takes what was not synced, and no command runs twice",
        arguments: ["strict", "data", "some"]
    )
    func cut(manner: String) throws {
        let campaign = try StopCampaign(of: .machine(cut: "strict"))
        let chains = campaign.chains(sample: 12, chain: 3, seed: UInt64(manner.utf8.count)) { number, index in
            let cut = manner == "some" ? String(index + 1) : manner
            return StopPoint(.machine(cut: cut), number, isAfter: index % 3 == 2)
        }
        campaign.tryAll(chains)
    }
}
