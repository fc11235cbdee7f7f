// SPDX-License-Identifier: Apache-2.0

/// What the journal says, and whether the rest agrees with it.
struct JournalFacts: Sendable, Hashable {
    /// A build that is not over, as its folder shows it.
    struct LiveBuild: Sendable, Hashable {
        var label: String
        /// It runs, but nothing does.
        var isLost: Bool
    }

    /// An execution that waits at a gate which somebody has closed.
    struct ClosedGate: Sendable, Hashable {
        var pipeline: String
        var stage: String
        var executions: Int
        var reason: String?
    }

    /// A pipeline whose source is not there.
    struct MissingSource: Sendable, Hashable {
        var pipeline: String
        var repository: String
    }

    var path: String
    /// Why it cannot be read; then nothing else is known.
    var fault: String?
    /// The other databases that are damaged: a sentence each.
    var otherFaults: [String] = []
    /// Whether every index was compared with its table.
    var isDeep = false
    /// Steps of the schema that the next daemon will add.
    var pendingSteps = 0
    var builds: [LiveBuild] = []
    /// Builds that wait.
    var waiting = 0
    /// Folders of builds that the journal does not know.
    var orphans: [String] = []
    var gates: [ClosedGate] = []
    var missingSources: [MissingSource] = []
    /// How far the newest entry lies in the future, in seconds.
    var secondsAhead: Int64 = 0
    var isDrained = false
    var hasDaemon = false

    func findings() -> [Finding] {
        if let fault { return [Finding(.problem, "journal", fault)] + others }
        var result = others
        if pendingSteps > 0 {
            result.append(
                Finding(
                    .warning,
                    "journal",
                    "\(path) is of an older version: the next start of the daemon brings it up to date, after a copy"
                )
            )
            return result
        }
        if result.isEmpty {
            let depth = isDeep ? "every page and index was read" : "--deep reads its indices, too"
            result.append(Finding(.ok, "journal", "\(path) is whole (\(depth))"))
        }
        return result + aboutBuilds + aboutPipelines + aboutTime
    }

    private var aboutBuilds: [Finding] {
        var result = builds.filter(\.isLost).map { build in
            Finding(
                hasDaemon ? .problem : .warning,
                "build",
                "\(build.label) is shown as running, but its supervisor is gone",
                remedy: hasDaemon
                    ? "the daemon ends it within seconds; if not, restart the daemon"
                    : "the next start of the daemon ends it"
            )
        }
        if !orphans.isEmpty {
            let names = orphans.prefix(3).joined(separator: ", ") + (orphans.count > 3 ? ", …" : "")
            result.append(
                Finding(
                    .warning,
                    "build",
                    "\(orphans.count) folders of builds that the journal does not know: \(names)",
                    remedy: "nacre doctor --fix puts them aside",
                    mending: .setAside(paths: orphans)
                )
            )
        }
        if isDrained {
            result.append(
                Finding(
                    .warning,
                    "daemon",
                    "it is being drained and begins nothing; "
                        + (waiting == 1 ? "1 build waits" : "\(waiting) builds wait"),
                    remedy: "nacre drain --undo"
                )
            )
        }
        return result
    }

    private var aboutPipelines: [Finding] {
        var result = missingSources.map { source in
            Finding(
                .problem,
                "pipeline",
                "\(source.pipeline) takes its source from `\(source.repository)`, which is not registered: no push starts it",
                remedy: "nacre repo create \(source.repository), or nacre repo add"
            )
        }
        result += gates.map { gate in
            let reason = gate.reason.map { " (\($0))" } ?? ""
            return Finding(
                .warning,
                "pipeline",
                "\(gate.executions) executions of \(gate.pipeline) wait before \(gate.stage), whose transition is "
                    + "disabled\(reason)",
                remedy: "nacre pipeline enable \(gate.pipeline) \(gate.stage)"
            )
        }
        return result
    }

    private var aboutTime: [Finding] {
        if secondsAhead <= 60 { return [] }
        return [
            Finding(
                .warning,
                "clock",
                "the newest build is of a time \(secondsAhead) seconds ahead of this machine's clock",
                remedy: "set the clock; schedules and deadlines follow it"
            )
        ]
    }

    private var others: [Finding] { otherFaults.map { Finding(.problem, "database", $0) } }
}
