// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Events
internal import Pipelines
internal import Processes

/// DeploymentWindow, a rule: lets a stage go on when the window is open, and waits for that until the rule's time is up.
///
/// Source: "DeploymentWindow", rule structure reference, CodePipeline user guide.
struct DeploymentWindowProvider: ActionProvider {
    /// The clock may be set meanwhile: it is looked at again after so long.
    private static let longestSleepMilliseconds: Int64 = 30_000

    func run(_ order: ActionOrder, _ progress: ActionProgress) async -> ActionOutcome {
        guard let cron = order.configuration["Cron"], !cron.isEmpty else {
            return .failed(.configurationError, "`Cron` is missing: say when deployments may go on")
        }
        let window: DeploymentWindow
        do throws(EventError) {
            window = try DeploymentWindow(cron: cron, timeZone: order.configuration["TimeZone"])
        } catch {
            return .failed(.configurationError, error.message)
        }
        // However the date is set meanwhile.
        let end = order.deadline.map { deadline in
            MonotonicClock.millisecondsWithSleep() + deadline - Timestamp.now().milliseconds
        }
        var told: Int64?
        while !Task.isCancelled {
            let now = Timestamp.now().milliseconds
            if window.contains(now) { return ActionOutcome() }
            let left = end.map { $0 - MonotonicClock.millisecondsWithSleep() }
            if let left, left <= 0 {
                return .failed(
                    .jobFailed,
                    "The deployment window '\(cron)' did not open before the rule's time was up."
                )
            }
            guard let next = window.next(after: now) else {
                return .failed(.jobFailed, "The deployment window '\(cron)' does not open any more.")
            }
            if told != next {
                told = next
                var output = ActionOutput()
                output.summary = "waits for the deployment window, which opens at \(Timestamp(milliseconds: next).text)"
                await progress.tell(output)
            }
            let wait = min(next - now, left ?? .max, Self.longestSleepMilliseconds)
            try? await Task.sleep(for: .milliseconds(max(1, wait)))
        }
        return .failed(.jobFailed, "The rule was stopped before the deployment window opened.")
    }
}
