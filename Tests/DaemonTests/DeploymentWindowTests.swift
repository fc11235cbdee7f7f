// SPDX-License-Identifier: Apache-2.0

import Builds
import Foundation
import Pipelines
import Synchronization
import Testing

@testable import Daemon

@Suite("Rule of deployment windows", .timeLimit(.minutes(40)))
struct DeploymentWindowTests {
    private func run(
        _ configuration: [String: String],
        deadline: Int64? = nil
    ) async -> (ActionOutcome, told: [String]) {
        let told = Mutex<[String]>([])
        var order = ActionFixture.order("DeploymentWindow", configuration, category: "Rule")
        order.deadline = deadline
        let progress = ActionProgress { output in told.withLock { $0.append(output.summary ?? "") } }
        let outcome = await DeploymentWindowProvider().run(order, progress)
        return (outcome, told.withLock { $0 })
    }

    @Test("an open window lets the stage go on at once")
    func open() async {
        let (outcome, told) = await run(["Cron": "* * * * * ?", "TimeZone": "UTC"])
        #expect(outcome.failure == nil)
        #expect(told.isEmpty)
    }

    @Test("a closed window is waited for until the rule's time is up")
    func closed() async {
        let year = 2190
        let deadline = Timestamp.now().milliseconds + 50
        let (outcome, told) = await run(["Cron": "0 0 0 1 1 ? \(year)"], deadline: deadline)
        #expect(outcome.failure?.code == .jobFailed)
        #expect(outcome.failure?.message.contains("did not open before the rule's time was up") == true)
        #expect(told.count == 1)
        #expect(told.first?.contains("2190-01-01") == true)
    }

    @Test(
        "what is no window is refused",
        arguments: [[:], ["Cron": "x"], ["Cron": "* * * * * ?", "TimeZone": "Nowhere"]]
    )
    func refusals(_ configuration: [String: String]) async {
        #expect(await run(configuration).0.failure?.code == .configurationError)
    }
}
