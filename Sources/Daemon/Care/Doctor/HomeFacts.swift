// SPDX-License-Identifier: Apache-2.0

internal import Control

/// The home's folder and the daemon that works in it.
struct HomeFacts: Sendable, Hashable {
    /// A file or folder that is there, and the most that others may be allowed.
    struct Mode: Sendable, Hashable {
        var path: String
        var mode: UInt32
        var wanted: UInt32
    }

    enum Daemon: Sendable, Hashable {
        case none
        /// The lock is held, and nobody answers.
        case silent(pid: Int32?)
        case answers(version: String, pid: Int32)
    }

    /// Of the file system.
    struct Space: Sendable, Hashable {
        var freeBytes: Int64
        var totalBytes: Int64
        var freeFiles: Int64
        /// 0 where the file system does not count them.
        var totalFiles: Int64
    }

    var path: String
    var exists: Bool
    /// The user it belongs to, where that is not the one who asks.
    var foreignOwner: UInt32?
    var modes: [Mode] = []
    var daemon = Daemon.none
    /// Whether the daemon's program was replaced since it started.
    var isDaemonReplaced = false
    var hasSocket = false
    var space: Space?
    /// What a crash has left half written.
    var leftovers: [String] = []
    /// The version of this program.
    var version: String

    func findings() -> [Finding] {
        guard exists else {
            return [
                Finding(
                    .problem,
                    "home",
                    "there is no home at \(path)",
                    remedy: "name another by --home or NACRE_HOME, or start a daemon, which makes it"
                )
            ]
        }
        var result: [Finding] = []
        if let owner = foreignOwner {
            result.append(
                Finding(
                    .problem,
                    "home",
                    "\(path) belongs to the user \(owner), who must be the one to ask",
                    remedy: "run this as that user"
                )
            )
        }
        for mode in modes where mode.mode & ~mode.wanted & 0o777 != 0 {
            let text = String(mode.wanted, radix: 8)
            result.append(
                Finding(
                    .problem,
                    "home",
                    "\(mode.path) is open to others: its mode is \(String(mode.mode & 0o777, radix: 8))",
                    remedy: "chmod \(text) \(mode.path)",
                    mending: .setMode(path: mode.path, mode: mode.mode & mode.wanted)
                )
            )
        }
        if result.isEmpty { result.append(Finding(.ok, "home", "\(path) is its owner's alone")) }
        result += daemonFindings
        result += space.map { Self.spaceFindings($0, path) } ?? []
        if !leftovers.isEmpty {
            let more = leftovers.count > 3 ? ", …" : ""
            result.append(
                Finding(
                    .warning,
                    "home",
                    "\(leftovers.count) files of writings that were broken off: "
                        + leftovers.prefix(3).joined(separator: ", ") + more,
                    remedy: "nacre doctor --fix removes them",
                    mending: .remove(paths: leftovers)
                )
            )
        }
        return result
    }

    private var daemonFindings: [Finding] {
        switch daemon {
        case .none where hasSocket:
            return [
                Finding(
                    .warning,
                    "daemon",
                    "no daemon runs, but \(path)/control.sock is there: one has ended without removing it",
                    remedy: "nacre daemon --home \(path)",
                    mending: .removeSocket
                )
            ]
        case .none:
            return [
                Finding(.warning, "daemon", "no daemon runs: nothing is built", remedy: "nacre daemon --home \(path)")
            ]
        case .silent(let pid):
            let process = pid.map { "the process \($0)" } ?? "a process"
            return [
                Finding(
                    .problem,
                    "daemon",
                    "\(process) holds \(path)/lock but does not answer at \(path)/control.sock",
                    remedy: "look at its log; if it hangs, kill it and start another: builds go on"
                )
            ]
        case .answers(let version, let pid):
            if version != self.version {
                return [
                    Finding(
                        .warning,
                        "daemon",
                        "the daemon (process \(pid)) is version \(version), this is \(self.version)",
                        remedy: "restart it: builds that run go on"
                    )
                ]
            }
            if isDaemonReplaced {
                return [
                    Finding(
                        .warning,
                        "daemon",
                        "the program of the daemon (process \(pid)) was replaced since it started",
                        remedy: "restart it: builds that run go on"
                    )
                ]
            }
            return [Finding(.ok, "daemon", "process \(pid) answers, version \(version)")]
        }
    }

    private static func spaceFindings(_ space: Space, _ path: String) -> [Finding] {
        let megabytes = space.freeBytes >> 20
        let share = space.totalBytes > 0 ? space.freeBytes * 100 / space.totalBytes : 100
        let remedy = "make room there (`nacre gc`)"
        var result: [Finding] = []
        if megabytes < 100 {
            result.append(
                Finding(.problem, "disk", "only \(megabytes) MiB are free at \(path): builds will fail", remedy: remedy)
            )
        } else if megabytes < 1024 || share < 5 {
            result.append(
                Finding(.warning, "disk", "\(megabytes) MiB (\(share) %) are free at \(path)", remedy: remedy)
            )
        } else {
            result.append(Finding(.ok, "disk", "\(megabytes) MiB (\(share) %) are free at \(path)"))
        }
        if space.totalFiles > 0, space.freeFiles < 10_000 {
            result.append(
                Finding(
                    space.freeFiles < 1000 ? .problem : .warning,
                    "disk",
                    "the file system of \(path) can hold only \(space.freeFiles) more files",
                    remedy: remedy
                )
            )
        }
        return result
    }
}
