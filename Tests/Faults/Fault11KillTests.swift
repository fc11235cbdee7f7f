// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite(
    "11: kill -9 at every operation on a file",
    .scratchDirectory,
    .timeLimit(StopCampaign.limit),
    .enabled(if: TracedDaemon.canTrace, "programs cannot be traced here (ptrace)")
)
struct Fault11KillTests {
    @Test("11: a daemon that is killed, wherever it is, loses no build, does none twice, and tells the same afterwards")
    func daemon() async throws {
        try await OwnThread.run {
            let campaign = try StopCampaign()
            campaign.tryAll(campaign.chains(of: .daemon, length: 6, seed: 110)) { end in
                end.execution.status == "Succeeded" ? [] : ["the execution is \(end.execution.status)"]
            }
        }
    }

    @Test("11: a supervisor that is killed, wherever it is, ends its build alone, with what it has done so far")
    func supervisor() async throws {
        try await OwnThread.run {
            let campaign = try StopCampaign()
            // In an ordinary run each takes its share of the sorts.
            let chains = (1...4).flatMap { ordinal in
                let seed = 110 + UInt64(ordinal)
                return campaign.chains(of: .supervisor(ordinal), part: (ordinal - 1, 4), length: 1, seed: seed)
            }
            campaign.tryAll(chains) { end in
                let faults = end.byName.filter { $0.value.buildStatus == "FAULT" }.map(\.key)
                return faults.count <= 1 ? [] : ["more than one build was lost: \(faults)"]
            }
        }
    }
}
