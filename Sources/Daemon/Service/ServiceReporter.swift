// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Glibc

/// Tells the service manager how the daemon is; nothing where there is none.
struct ServiceReporter: Sendable {
    /// Builds may begin and end hundreds of times a second, which no person can read.
    private static let statusInterval = Duration.milliseconds(500)

    let manager: ServiceManager?
    let engine: Engine
    let life: LifeSign
    let log: DaemonLog

    func ready() async {
        guard let manager else { return }
        let code = await manager.tell(["READY=1", "STATUS=\(await status())"])
        if code == 0 { return }
        log.write(.warning, "Service manager cannot be told", ["error": unsafe String(cString: strerror(code))])
    }

    /// The settings are about to be read again; `ready` follows.
    func reloading() async {
        var now = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        let microseconds = Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
        await manager?.tell(["RELOADING=1", "MONOTONIC_USEC=\(microseconds)"])
    }

    func stopping() async {
        await manager?.tellStopping("Stopping; builds that run go on")
    }

    /// Tells how many builds run, and that the daemon is alive, until the task is cancelled.
    func run() async {
        guard let manager else { return }
        await withDiscardingTaskGroup { group in
            group.addTask { await tellStatus(manager) }
            group.addTask { await tellLife(manager) }
        }
    }

    private func tellStatus(_ manager: ServiceManager) async {
        var last = ""
        for await _ in await engine.loadChanges() {
            let status = await status()
            if status == last { continue }
            last = status
            await manager.tellStatus(status)
            try? await Task.sleep(for: Self.statusInterval)
        }
    }

    /// Twice in each interval, as sd_watchdog_enabled(3) advises.
    private func tellLife(_ manager: ServiceManager) async {
        guard let interval = manager.watchdogInterval else { return }
        while !Task.isCancelled {
            do throws(ControlFailure) {
                try await life.look()
                await manager.tell(["WATCHDOG=1"])
            } catch {
                // A daemon that stops has closed its socket.
                if !Task.isCancelled {
                    log.write(.error, "Daemon does not answer itself", ["error": error.message])
                }
            }
            try? await Task.sleep(for: interval / 2)
        }
    }

    private func status() async -> String {
        let load = await engine.load
        let running = load.running == 1 ? "1 build runs" : "\(load.running) builds run"
        let waiting = load.waiting == 1 ? "1 waits" : "\(load.waiting) wait"
        return "Ready; \(running) of at most \(load.limit), \(waiting)"
    }
}
