// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("45: a broken configuration", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault45BrokenConfigurationTests {
    private var file: String { "\(ScratchDirectory.path)/home/config.yml" }

    private func write(_ text: String) throws {
        try FileManager.default.createDirectory(
            atPath: "\(ScratchDirectory.path)/home",
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    }

    private static func buildspec(_ command: String) -> String {
        let lines = command.split(separator: "\n").map { "        \($0)\n" }.joined()
        return "version: 0.2\nphases:\n  build:\n    commands:\n      - |\n\(lines)"
    }

    /// Has the daemon read the file again, and waits until it has said so.
    private func reload(_ daemon: DaemonFixture) throws {
        let before = daemon.log.count
        kill(try #require(daemon.pid), SIGHUP)
        try eventually("the settings are read; \(daemon.log)") {
            daemon.log.dropFirst(before).contains("Settings are")
        }
    }

    private func isLastReloadGood(_ daemon: DaemonFixture) throws -> String? {
        try daemon.nacre("metrics").output.split(separator: "\n")
            .first { $0.hasPrefix("nacre_config_last_reload_successful ") }
            .map { String($0.suffix(1)) }
    }

    @Test("45: a broken file is refused at SIGHUP with its place, the old settings hold, and the metric says so")
    func reloaded() throws {
        try write("jobs: 1\n")
        try DaemonFixture.run(jobs: nil) { daemon in
            let gate = Gate()
            let git = try daemon.createRepository()
            try git.write("buildspec.yml", Self.buildspec(gate.command))
            try git.commit()
            #expect(try git.push("HEAD:main").status == 0)
            try gate.waitUntilReached()
            try git.write("buildspec.yml", Self.buildspec("echo hello"))
            try git.commit()
            #expect(try git.push("HEAD:main").status == 0)
            #expect(try isLastReloadGood(daemon) == "1")

            try write("jobs: 2\nretention:\n  age: soon\n")
            try reload(daemon)
            #expect(daemon.log.contains("at=\(file):3:8 "))
            #expect(daemon.log.contains("`age` must be a duration with its unit, not `soon`"))
            #expect(try isLastReloadGood(daemon) == "0")
            // The one slot is taken still.
            #expect(try daemon.build("app#2").buildStatus == "IN_PROGRESS")
            #expect(
                try daemon.nacre("show", "app#2", "--json").output.contains(
                    "waits for a free slot: the only slot is taken"
                )
            )

            try write("jobs: 2\nretention:\n  age: 30d\n")
            try reload(daemon)
            #expect(try isLastReloadGood(daemon) == "1")
            #expect(try daemon.finished("app#2").buildStatus == "SUCCEEDED")
            gate.open()
            #expect(try daemon.finished("app#1").buildStatus == "SUCCEEDED")
        }
    }

    @Test(
        "45: a daemon does not start with a broken file",
        arguments: [
            ("jobs: 2\njosb: 3\n", "config.yml:2:1: error: the file has no key `josb`"),
            ("jobs: [\n", "config.yml:2:1: error: "),
            ("jobs: 2\n\tretention: {}\n", "config.yml:2:"),
        ]
    )
    func refused(text: String, expected: String) throws {
        try write(text)
        for arguments in [["daemon"], ["daemon", "--check"]] {
            let result = try Program.run(
                Program.product("nacre"),
                arguments,
                environment: Program.path.merging(["NACRE_HOME": "\(ScratchDirectory.path)/home"]) { $1 },
                seconds: 30
            )
            #expect(result.status == 3)
            #expect(result.errors.contains(expected), "\(result)")
        }
    }

    @Test("the settings that would hold are shown, the command line's before the file's")
    func checked() throws {
        try write("jobs: 3\nreserve: 1MB\n")
        let environment = Program.path.merging(["NACRE_HOME": "\(ScratchDirectory.path)/home"]) { $1 }
        let nacre = Program.product("nacre")
        let result = try Program.run(nacre, ["daemon", "--check"], environment: environment)
        #expect(result.status == 0)
        #expect(
            result.output == "jobs: 3\nretention:\n  age: 1y\n  free-space: 5%\nreserve: 1000000\napprovers: anyone\n"
        )
        let other = try Program.run(nacre, ["daemon", "--check", "--jobs", "7"], environment: environment)
        #expect(other.output.hasPrefix("jobs: 7\n"))
    }
}
