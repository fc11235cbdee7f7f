// SPDX-License-Identifier: Apache-2.0

/// What the machine offers.
struct MachineFacts: Sendable {
    /// Major and minor, such as 6.1; nil where it is not known.
    var kernel: (major: Int, minor: Int)?
    var kernelText = ""
    /// Absolute paths of programs by their names; absent ones are missing.
    var tools: [String: String] = [:]
    /// What `git --version` says, without its first words.
    var git: String?
    /// `fs.inotify.max_user_watches` and `max_user_instances`.
    var watchLimit: Int?
    var instanceLimit: Int?
    /// Folders of refs that are to be watched.
    var watchesNeeded = 0
    /// Version of the control groups that are mounted; nil: none.
    var controlGroups: Int?
    /// Seconds since 1970.
    var clock: Int64 = 0
    /// Our own programs that are missing: absolute paths where they were looked for.
    var missingPrograms: [String] = []

    func findings() -> [Finding] { programs + missingTools + limits + date }

    private var programs: [Finding] {
        var result = missingPrograms.map {
            Finding(.problem, "program", "\($0) is missing", remedy: "install Nacre again, all programs of one version")
        }
        if let kernel, (kernel.major, kernel.minor) < (5, 4) {
            result.append(
                Finding(.problem, "machine", "Linux \(kernelText) is older than 5.4", remedy: "upgrade the kernel")
            )
        }
        if let git {
            result.append(Finding(.ok, "machine", "Linux \(kernelText), git \(git)"))
        } else {
            result.append(
                Finding(
                    .problem,
                    "machine",
                    "git is not installed: nobody can push to this machine",
                    remedy: "apt-get install git"
                )
            )
        }
        return result
    }

    private var missingTools: [Finding] {
        let wanted: [(name: String, package: String, loss: String)] = [
            ("bwrap", "bubblewrap", "--sandbox cannot be used"),
            ("podman", "podman", "--image and --docker cannot be used"),
        ]
        return wanted.filter { tools[$0.name] == nil }.map { tool in
            Finding(
                .warning,
                "machine",
                "\(tool.name) is not installed: \(tool.loss)",
                remedy: "apt-get install \(tool.package)"
            )
        }
    }

    private var limits: [Finding] {
        var result: [Finding] = []
        if controlGroups == nil {
            result.append(
                Finding(
                    .warning,
                    "machine",
                    "no control groups are mounted: limits of memory and processes are kept by ulimit alone"
                )
            )
        }
        if let watchLimit, watchesNeeded * 2 > watchLimit {
            result.append(
                Finding(
                    .warning,
                    "machine",
                    "fs.inotify.max_user_watches is \(watchLimit), and \(watchesNeeded) are needed: repositories are "
                        + "polled where there are none left",
                    remedy: "sysctl fs.inotify.max_user_watches=\(max(65_536, watchesNeeded * 4))"
                )
            )
        }
        if let instanceLimit, instanceLimit < 16 {
            result.append(
                Finding(
                    .warning,
                    "machine",
                    "fs.inotify.max_user_instances is \(instanceLimit)",
                    remedy: "sysctl fs.inotify.max_user_instances=128"
                )
            )
        }
        return result
    }

    private var date: [Finding] {
        // No version of Nacre is older than this.
        if clock >= 1_767_225_600 { return [] }
        return [
            Finding(.problem, "clock", "the clock is before 2026", remedy: "set it; schedules and deadlines follow it")
        ]
    }
}
