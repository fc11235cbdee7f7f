// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("The unit for systemd", .scratchDirectory, .timeLimit(.minutes(40)))
struct ServiceUnitTests {
    private static let analyze = "/usr/bin/systemd-analyze"
    private static let isThere = FileManager.default.isExecutableFile(atPath: analyze)
    private static let packaging = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("packaging").path

    /// The unit as `make install` would put it.
    private func unit() throws -> String {
        let text = try String(contentsOfFile: "\(Self.packaging)/nacre.service", encoding: .utf8)
        let path = "\(ScratchDirectory.path)/nacre.service"
        try FileManager.default.createDirectory(
            atPath: "\(ScratchDirectory.path)/bin",
            withIntermediateDirectories: false
        )
        try FileManager.default.createSymbolicLink(
            atPath: "\(ScratchDirectory.path)/bin/nacre",
            withDestinationPath: Program.product("nacre")
        )
        let installed = text.replacing("@PREFIX@", with: ScratchDirectory.path)
        try Data(installed.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test(
        "systemd finds nothing wrong with it, with and without the drop-in",
        .enabled(if: isThere, "no systemd-analyze")
    )
    func verified() throws {
        let unit = try unit()
        let plain = try Program.run(Self.analyze, ["verify", "--man=no", unit], environment: Program.path)
        #expect(plain.status == 0 && !plain.errors.contains("nacre.service"), "\(plain)")
        try FileManager.default.createDirectory(atPath: "\(unit).d", withIntermediateDirectories: false)
        try FileManager.default.copyItem(atPath: "\(Self.packaging)/images.conf", toPath: "\(unit).d/images.conf")
        let images = try Program.run(Self.analyze, ["verify", "--man=no", unit], environment: Program.path)
        #expect(images.status == 0 && !images.errors.contains("nacre.service"), "\(images)")
    }

    @Test("it is as closed as builds allow", .enabled(if: isThere, "no systemd-analyze"))
    func closed() throws {
        // Of 100; a unit without any hardening has 92.
        let result = try Program.run(
            Self.analyze,
            ["security", "--offline=true", "--threshold=50", "--no-pager", try unit()],
            environment: Program.path
        )
        #expect(result.status == 0, "\(result)")
    }

    @Test("what its group gave to those of builds is taken back when the daemon has ended, so that it can start again")
    func controllers() throws {
        let prefix = "ExecStopPost=-/bin/sh -c '"
        let lines = try String(contentsOfFile: try unit(), encoding: .utf8).split(separator: "\n")
        let line = try #require(lines.first { $0.hasPrefix(prefix) })
        // A folder stands for the kernel's, and systemd takes one of two dollars.
        let folder = ScratchDirectory.path
        let command = line.dropFirst(prefix.count).dropLast().replacing("$$", with: "$")
            .replacing("/sys/fs/cgroup", with: "\(folder)/cgroup").replacing(
                "/proc/self/cgroup",
                with: "\(folder)/self"
            )
        let group = "\(folder)/cgroup/system.slice/nacre.service"
        try FileManager.default.createDirectory(atPath: "\(group)/.control", withIntermediateDirectories: true)
        try Data("0::/system.slice/nacre.service/.control\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/self"))
        let control = "\(group)/cgroup.subtree_control"
        try Data("memory pids\n".utf8).write(to: URL(fileURLWithPath: control))
        let traced = try Program.run("/bin/sh", ["-xc", String(command)], environment: Program.path)
        #expect(traced.status == 0 && traced.errors.contains("echo -memory"), "\(traced)")
        #expect(try String(contentsOfFile: control, encoding: .utf8) == "-pids\n")
        // On a machine without version 2 there is nothing to be done.
        try FileManager.default.removeItem(atPath: control)
        #expect(
            try Program.run("/bin/sh", ["-c", String(command)], environment: Program.path).errors.contains("No such")
        )
    }

    @Test("`make install` puts everything in its place, builds nothing, and says so where nothing is built")
    func installed() throws {
        let folder = ScratchDirectory.path
        let root = URL(fileURLWithPath: Self.packaging).deletingLastPathComponent().path
        let install = [
            "-C", root, "install", "DESTDIR=\(folder)/root", "PREFIX=/usr", "BUILT=\(folder)/built", "SWIFT=false",
        ]
        let refused = try Program.run("/usr/bin/make", install, environment: Program.path)
        #expect(refused.status == 2 && refused.errors.contains("make build"), "\(refused)")
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/root"))
        try FileManager.default.createDirectory(atPath: "\(folder)/built", withIntermediateDirectories: false)
        for name in ["nacre", "nacre-supervisor", "nacre-hook", "nacre-environment"] {
            try FileManager.default.copyItem(atPath: "/bin/true", toPath: "\(folder)/built/\(name)")
        }
        let done = try Program.run("/usr/bin/make", install, environment: Program.path)
        #expect(done.status == 0, "\(done)")
        for (path, mode) in [
            ("bin/nacre", 0o755), ("libexec/nacre/nacre-hook", 0o755), ("lib/systemd/system/nacre.service", 0o644),
            ("lib/sysusers.d/nacre.conf", 0o644), ("lib/tmpfiles.d/nacre.conf", 0o644),
            ("share/nacre/images.conf", 0o644),
        ] {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/root/usr/\(path)")
            #expect(attributes[.posixPermissions] as? Int == mode, "\(path)")
        }
        let unit = try String(contentsOfFile: "\(folder)/root/usr/lib/systemd/system/nacre.service", encoding: .utf8)
        #expect(unit.contains("ExecStart=/usr/bin/nacre daemon") && !unit.contains("@PREFIX@"))
        let sysusers = "/usr/bin/systemd-sysusers"
        guard FileManager.default.isExecutableFile(atPath: sysusers) else { return }
        let users = "\(folder)/root/usr/lib/sysusers.d/nacre.conf"
        let understood = try Program.run(sysusers, ["--dry-run", users], environment: Program.path)
        #expect(understood.status == 0 && !understood.errors.contains("nacre.conf:"), "\(understood)")
    }

    @Test("builds outlive the daemon, which is not root, and is told to stop by a signal to it alone")
    func settings() throws {
        let lines = Set(try String(contentsOfFile: try unit(), encoding: .utf8).split(separator: "\n").map(String.init))
        for line in [
            "Type=notify", "NotifyAccess=main", "KillMode=process", "OOMPolicy=continue", "User=nacre",
            "WatchdogSec=30",
            "Delegate=yes", "UMask=0077", "StateDirectory=nacre", "StateDirectoryMode=0700", "NoNewPrivileges=yes",
            "CapabilityBoundingSet=", "Restart=on-failure",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
    }
}
