// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Environments

/// One environment.
struct EnvironmentFacts: Sendable, Hashable {
    var name: String
    /// Whether a version is to run.
    var shouldServe: Bool
    /// Whether its process lives.
    var isAlive: Bool
    var health: EnvironmentHealth
    var causes: [String]
    var hasDaemon: Bool

    /// Looks at all environments of a home.
    static func probe(_ home: Home, hasDaemon: Bool) -> [EnvironmentFacts] {
        let reports = (try? EnvironmentStore(home.environments).reports()) ?? []
        return reports.map { report in
            EnvironmentFacts(
                name: report.settings.name,
                shouldServe: report.desired?.runs ?? false,
                isAlive: report.isAlive,
                health: report.state.health,
                causes: report.state.causes,
                hasDaemon: hasDaemon
            )
        }
    }

    func findings() -> [Finding] {
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
