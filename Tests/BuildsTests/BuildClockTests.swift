// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing
import WireWords

@testable import Builds

@Suite("A build's clock")
struct BuildClockTests {
    @Test("19: durations are the time that has passed, wherever the date has gone")
    func counts() {
        let uptime = Atomic<Int64>(5_000)
        let clock = withExtendedLifetime(uptime) {
            BuildClock(at: Timestamp(milliseconds: 1_700_000_000_000)) { uptime.load(ordering: .relaxed) }
        }
        #expect(clock.now().milliseconds == 1_700_000_000_000)
        // However the machine's date is set meanwhile: the clock never looks at it again.
        uptime.store(65_250, ordering: .relaxed)
        #expect(clock.now().milliseconds == 1_700_000_060_250)
        var phase = Build.Phase(phaseType: .build, startTime: Timestamp(milliseconds: 1_700_000_000_000))
        phase.finish(.succeeded, at: clock.now())
        #expect(phase.durationInSeconds == 60)
    }

    @Test("19: its present never goes back")
    func rises() {
        let clock = BuildClock()
        let times = (0..<100).map { _ in clock.now() }
        #expect(times == times.sorted())
    }
}
