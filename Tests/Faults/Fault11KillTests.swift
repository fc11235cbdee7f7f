// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite(
    "11: kill -9 at every operation on a file",
    .scratchDirectory,
    .timeLimit(.minutes(240)),
    .enabled(if: TracedDaemon.canTrace, "programs cannot be traced here (ptrace)")
)
struct Fault11KillTests {
    @Test("11: a daemon that is killed, wherever it is, loses no build, does none twice, and tells the same afterwards")
    func daemon() throws {
        let campaign = try StopCampaign(of: .daemon)
        // Every third time the operation is still done: what follows it is not.
        let chains = campaign.chains(sample: 48, chain: 8, seed: 11) { number, index in
            StopPoint(.daemon, number, isAfter: index % 3 == 2)
        }
        campaign.tryAll(chains) { end in
            let statuses = end.byName.filter { $0.value.buildStatus != "SUCCEEDED" }.map {
                "\($0) is \($1.buildStatus)"
            }
            return end.execution.status == "Succeeded"
                ? statuses : statuses + ["the execution is \(end.execution.status)"]
        }
    }

    @Test(
        "11: a supervisor that is killed, wherever it is, ends its build alone, with what it has done so far",
        arguments: 1...3
    )
    func supervisor(ordinal: Int) throws {
        let campaign = try StopCampaign(of: .supervisor(ordinal))
        let chains = campaign.chains(sample: 6, chain: 1, seed: UInt64(ordinal)) { number, index in
            StopPoint(.supervisor(ordinal), number, isAfter: index % 3 == 2)
        }
        campaign.tryAll(chains) { end in
            let faults = end.byName.filter { $0.value.buildStatus == "FAULT" }.map(\.key)
            return faults.count <= 1 ? [] : ["more than one build was lost: \(faults)"]
        }
    }
}
