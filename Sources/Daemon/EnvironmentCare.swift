// SPDX-License-Identifier: Apache-2.0

internal import Environments

/// Sees to it that every environment that should serve has its process: after a start of the machine, and when one is
/// killed.
struct EnvironmentCare: Sendable {
    let environments: EnvironmentStore
    let log: DaemonLog

    /// How long a killed one goes unnoticed, at most.
    private static let interval = Duration.seconds(3)

    /// Goes on until its task is cancelled; the environments then go on without it.
    func run() async {
        let thread = BlockingQueue(label: "nacre.environments")
        var lastFailure: String?
        while !Task.isCancelled {
            do throws(EnvironmentsError) {
                let started = try await thread.run { () throws(EnvironmentsError) in try environments.resume() }
                for name in started { log.write(.notice, "Environment was started", ["environment": name]) }
                lastFailure = nil
            } catch {
                // Said once, not every few seconds.
                if lastFailure != error.message {
                    log.write(.error, "Environments cannot be started", ["error": error.message])
                }
                lastFailure = error.message
            }
            try? await Task.sleep(for: Self.interval)
        }
    }
}
