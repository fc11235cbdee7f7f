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
