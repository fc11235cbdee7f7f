// SPDX-License-Identifier: Apache-2.0

internal import Files

/// A `containers.conf(5)` that works where the distribution's does not: without systemd, without the right to raise limits,
/// on machines whose control groups are of both versions.
struct PodmanSettings: Sendable, Hashable {
    /// The hard limit of open files, and of processes; nil: no default of podman's needs to be replaced.
    var limits: (files: Int, processes: Int)? {
        get { openFiles.map { ($0, processes) } }
        set { (openFiles, processes) = (newValue?.files, newValue?.processes ?? 0) }
    }
    /// Whether systemd runs the machine and its control groups are of version 2.
    var hasSystemd = false
    var hasRunc = true
    /// What all containers of the build are marked with.
    var buildUUID: String

    private var openFiles: Int?
    private var processes = 0
    /// The annotation that names a container's build.
    static let annotation = "run.nacre.build"
    /// More than this is refused without CAP_SYS_RESOURCE, whatever the hard limit (runc 1.1.5).
    private static let processCeiling = 30_000

    init(buildUUID: String) {
        self.buildUUID = buildUUID
    }

    /// As this machine needs it.
    static func current(buildUUID: String, _ tools: Tools) -> PodmanSettings {
        var settings = PodmanSettings(buildUUID: buildUUID)
        settings.hasRunc = tools.find("runc") != nil
        settings.hasSystemd =
            Folder.exists("/run/systemd/system") && Folder.exists("/sys/fs/cgroup/cgroup.controllers")
        if !mayRaiseLimits(read("/proc/self/status")) { settings.limits = hardLimits(read("/proc/self/limits")) }
        return settings
    }

    /// The file's text.
    var text: String {
        var lines = ["[containers]", "annotations = [\"\(Self.annotation)=\(buildUUID)\"]"]
        if let limits {
            lines.append(
                "default_ulimits = [\"nofile=\(limits.files):\(limits.files)\", "
                    + "\"nproc=\(limits.processes):\(limits.processes)\"]"
            )
        }
        lines += ["log_driver = \"k8s-file\"", "netns = \"host\"", "[engine]", "events_logger = \"file\""]
        lines.append("cgroup_manager = \"\(hasSystemd ? "systemd" : "cgroupfs")\"")
        // crun knows no control groups of both versions.
        if hasRunc { lines.append("runtime = \"runc\"") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Registries of this machine speak plain HTTP.
    static let registries = """
        unqualified-search-registries = ["docker.io"]
        [[registry]]
        location = "127.0.0.1"
        insecure = true
        [[registry]]
        location = "localhost"
        insecure = true

        """

    /// Whether CAP_SYS_RESOURCE is among the effective capabilities of `/proc/PID/status`.
    static func mayRaiseLimits(_ status: String) -> Bool {
        for line in status.split(separator: "\n") where line.hasPrefix("CapEff:") {
            let digits = line.dropFirst(7).filter { $0 != " " && $0 != "\t" }
            return UInt64(digits, radix: 16).map { $0 & 1 << 24 != 0 } ?? false
        }
        return false
    }

    /// The hard limits of `/proc/PID/limits`; `unlimited` counts as the most that is ever asked for.
    static func hardLimits(_ text: String) -> (files: Int, processes: Int)? {
        var files: Int?
        var processes: Int?
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if line.hasPrefix("Max open files"), words.count > 4 { files = Int(words[4]) ?? 1_048_576 }
            if line.hasPrefix("Max processes"), words.count > 3 { processes = Int(words[3]) ?? processCeiling }
        }
        guard let files, let processes else { return nil }
        return (files, min(processes, processCeiling))
    }

    private static func read(_ path: String) -> String {
        String(decoding: (try? AtomicFile.read(path)) ?? [], as: UTF8.self)
    }
}
