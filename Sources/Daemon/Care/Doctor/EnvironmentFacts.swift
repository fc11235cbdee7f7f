// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Environments

/// One environment.
struct EnvironmentFacts: Sendable, Hashable {
    var name: String
    /// Why it cannot be looked at; then nothing else is known.
    var fault: String?
    /// Whether a version is to run.
    var shouldServe = false
    /// Whether its process lives.
    var isAlive = false
    var health = EnvironmentHealth.grey
    var causes: [String] = []
    var hasDaemon: Bool

    /// Looks at all environments of a home; one that cannot be read does not hide the others.
    static func probe(_ home: Home, hasDaemon: Bool) -> [EnvironmentFacts] {
        let store = EnvironmentStore(home.environments)
        do throws(EnvironmentsError) {
            return try store.names().compactMap { probe($0, store, hasDaemon) }
        } catch {
            return [EnvironmentFacts(name: "", fault: error.message, hasDaemon: hasDaemon)]
        }
    }

    private static func probe(_ name: String, _ store: EnvironmentStore, _ hasDaemon: Bool) -> EnvironmentFacts? {
        var facts = EnvironmentFacts(name: name, hasDaemon: hasDaemon)
        do throws(EnvironmentsError) {
            let report = try store.report(name)
            facts.shouldServe = report.desired?.runs ?? false
            facts.isAlive = report.isAlive
            facts.health = report.state.health
            facts.causes = report.state.causes
        } catch {
            // Removed since it was listed.
            if error.code == .notFound { return nil }
            facts.fault = error.message
        }
        return facts
    }

    func findings() -> [Finding] {
        if let fault { return [Finding(.problem, "environment", fault)] }
        guard shouldServe else { return [] }
        if !isAlive {
            return [
                Finding(
                    hasDaemon ? .problem : .warning,
                    "environment",
                    "\(name) should serve and has no process",
                    remedy: hasDaemon
                        ? "the daemon starts it within seconds; if not, its log says why: nacre env logs \(name)"
                        : "nacre env start \(name), or start the daemon"
                )
            ]
        }
        if health == .green { return [Finding(.ok, "environment", "\(name) serves")] }
        let causes = causes.isEmpty ? "" : ": \(causes.joined(separator: "; "))"
        return [
            Finding(
                health == .red ? .problem : .warning,
                "environment",
                "\(name) is \(health.rawValue)\(causes)",
                remedy: "nacre env logs \(name)"
            )
        ]
    }
}
