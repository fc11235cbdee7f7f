// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Processes

// The instance that serves: started again when it dies, asked now and then how it is.
extension EnvironmentServer {
    /// For how long an instance must have served before an end of it is no longer one of a row; in milliseconds.
    private static let steadyTime: Int64 = 60_000
    /// How often an instance that serves is asked how it is, and again when it did not answer; in milliseconds.
    private static let checkInterval: Int64 = 30_000
    private static let recheckInterval: Int64 = 5_000

    /// Starts the version that is to serve, when nobody does.
    func serve(_ version: String) {
        let instance = Instance(version: version, settings, surroundings)
        serving = instance
        instance.whenServing = { [unowned self] in
            keep(instance)
            _ = proxy.turn(to: instance.target)
            state.running?.port = (instance.target?.address.port).map { Int($0) }
            note(.info, "Version \(version) serves on \(settings.url).", version)
            save()
        }
        instance.whenFailed = { [unowned self] reason in servingFailed(instance, reason) }
        instance.start()
    }

    /// Looks after an instance that serves.
    func keep(_ instance: Instance) {
        if serving !== instance { failures = 0 }
        serving = instance
        instance.whenServing = nil
        instance.whenFailed = { [unowned self] reason in servingFailed(instance, reason) }
        missedAnswers = 0
        lastMiss = nil
        checkLater(Self.checkInterval)
    }

    private func servingFailed(_ instance: Instance, _ reason: String) {
        guard serving === instance, !isStopping else { return }
        let served = instance.isServing ? MonotonicClock.milliseconds() - instance.servesSince : 0
        failures = served >= Self.steadyTime ? 1 : failures + 1
        lastFailure = reason
        serving = nil
        let target = proxy.turn(to: nil)
        leave(instance, target)
        state.running?.port = nil
        state.running?.restarts += 1
        note(.warn, "Version \(instance.version) is started again: \(reason)", instance.version)
        restartLater()
        save()
    }

    /// Starts the version that ran last, sooner or later.
    func restartLater() {
        guard let version = state.running?.version else { return }
        let delay: Int64 = failures <= 1 ? 0 : min(500 << Int64(min(failures - 2, 6)), 30_000)
        restartTimer = loop.after(delay) { [unowned self] in
            restartTimer = nil
            guard serving == nil, !isStopping else { return }
            serve(version)
            save()
        }
    }

    // MARK: - Its health

    private func checkLater(_ milliseconds: Int64) {
        loop.cancel(monitorTimer)
        monitorTimer = loop.after(milliseconds) { [unowned self] in
            monitorTimer = nil
            serving?.check { [unowned self] problem in
                let old = (missedAnswers, failures)
                missedAnswers = problem == nil ? 0 : missedAnswers + 1
                lastMiss = problem
                if let serving, MonotonicClock.milliseconds() - serving.servesSince >= Self.steadyTime { failures = 0 }
                if let problem, missedAnswers == 1 { note(.warn, "The application does not answer well: \(problem)") }
                if problem == nil, old.0 > 0 { note(.info, "The application answers well again.") }
                if (missedAnswers, failures) != old { save() }
                checkLater(problem == nil ? Self.checkInterval : Self.recheckInterval)
            }
        }
    }
}
