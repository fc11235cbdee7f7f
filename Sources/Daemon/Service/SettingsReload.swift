// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Control
internal import Diagnostics

/// Reads the configuration file again, because somebody has asked for it by SIGHUP.
struct SettingsReload: Sendable {
    /// A file may be wrong in many places; whoever reads the log wants the first ones.
    private static let mostProblems = 10

    let home: Home
    let holder: SettingsHolder
    let engine: Engine
    let log: DaemonLog
    private let thread = BlockingQueue(label: "nacre.settings")

    init(home: Home, holder: SettingsHolder, engine: Engine, log: DaemonLog) {
        self.home = home
        self.holder = holder
        self.engine = engine
        self.log = log
    }

    /// Good settings hold at once; of a bad file nothing does.
    /// - Returns: whether the file is good.
    func run() async -> Bool {
        let reading = await thread.run { [home] in DaemonSettingsReader.read(home) }
        guard let settings = reading.settings else {
            holder.refuse()
            for problem in reading.diagnostics.prefix(Self.mostProblems) {
                let hint = problem.hint.map { "; \($0)" } ?? ""
                log.write(
                    .error,
                    "Settings are refused, those before hold",
                    ["at": problem.location.description, "problem": problem.message + hint]
                )
            }
            return false
        }
        holder.take(settings, at: Timestamp.now().milliseconds / 1000)
        await engine.setLimit(holder.jobs)
        log.write(.notice, "Settings are read again", ["file": home.settings, "jobs": String(holder.jobs)])
        return true
    }
}
