// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Diagnostics
import Environments
import WireWords

/// One environment for people.
enum EnvironmentText {
    private static let eventLimit = 15

    static func text(_ report: EnvironmentReport, _ versions: [EnvironmentVersion]) -> String {
        let settings = report.settings
        let state = report.state
        let now = Timestamp.now().milliseconds
        var lines = ["\(settings.name)  \(state.status.rawValue)  \(state.health.rawValue)"]
        lines += state.causes.flatMap { $0.split(separator: "\n") }.map { "  cause        \($0)" }
        lines.append("  url          \(settings.url)")
        lines.append("  application  \(settings.application)")
        if let platform = settings.platform { lines.append("  platform     \(platform)") }
        let check = settings.health.isStrict ? "200 to 399" : "below 500"
        lines.append("  health       GET \(settings.health.path), \(check)")
        for (name, value) in settings.variables.sorted(by: { $0.key < $1.key }) {
            lines.append("  variable     \(name)=\(value)")
        }
        if let running = state.running {
            let word = report.desired?.runs ?? false ? "runs" : "ran"
            lines.append("  \(word)\(word == "ran" ? " " : "")         \(running.version)")
            lines.append("  since        \(RelativeTime.text(running.since, now: now))")
            if running.restarts > 0 { lines.append("  restarts     \(running.restarts)") }
            lines += provenance(running.provenance)
        }
        if let previous = state.previous { lines.append("  before       \(previous)") }
        if let pending = report.pending {
            lines.append("  pending      \(pending.kind.rawValue) \(pending.version ?? "")")
        }
        if !versions.isEmpty {
            lines += ["", "  VERSIONS"]
            for version in versions.reversed() {
                let source = version.provenance.execution ?? version.provenance.person ?? ""
                lines.append("  \(version.label)  \(RelativeTime.text(version.createdAt, now: now))  \(source)")
            }
        }
        if !state.events.isEmpty {
            lines += ["", "  EVENTS"]
            for event in state.events.suffix(eventLimit).reversed() {
                let time = Timestamp(milliseconds: event.at).text
                let message = event.message.split(separator: "\n").joined(separator: "\n      ")
                lines += "  \(time)  \(event.severity.rawValue)  \(message)".split(separator: "\n").map { String($0) }
            }
        }
        return lines.map { TerminalText.visible($0) + "\n" }.joined()
    }

    private static func provenance(_ provenance: DeploymentProvenance) -> [String] {
        var lines: [String] = []
        if let execution = provenance.execution {
            let place = [provenance.stage, provenance.action].compactMap { $0 }.joined(separator: "/")
            lines.append("  execution    \(execution)\(place.isEmpty ? "" : "  by \(place)")")
        }
        if let person = provenance.person { lines.append("  by           \(person)") }
        if let digest = provenance.artifactDigest { lines.append("  digest       sha256 \(digest)") }
        return lines
    }
}
