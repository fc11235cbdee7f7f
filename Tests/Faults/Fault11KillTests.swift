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
        let campaign = try StopCampaign()
        let points = campaign.points(of: .daemon, sample: 24, seed: 11)
        campaign.tryAll(campaign.chains(points, of: 6)) { end in
            let statuses = end.byName.filter { $0.value.buildStatus != "SUCCEEDED" }.map {
                "\($0) is \($1.buildStatus)"
            }
            return end.execution.status == "Succeeded"
                ? statuses : statuses + ["the execution is \(end.execution.status)"]
        }
    }

    @Test("11: a supervisor that is killed, wherever it is, ends its build alone, with what it has done so far")
    func supervisor() throws {
        let campaign = try StopCampaign()
        let points = (1...3).flatMap { ordinal in
            campaign.points(of: .supervisor(ordinal), sample: 4, seed: UInt64(ordinal))
        }
        campaign.tryAll(campaign.chains(points, of: 1)) { end in
            let faults = end.byName.filter { $0.value.buildStatus == "FAULT" }.map(\.key)
            return faults.count <= 1 ? [] : ["more than one build was lost: \(faults)"]
        }
    }
}
