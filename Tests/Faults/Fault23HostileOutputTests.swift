// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("23: output as a weapon", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault23HostileOutputTests {
    private static let mebibyte = 1 << 20

    /// A buildspec whose last command tells the supervisor's memory.
    private func push(_ daemon: DaemonFixture, _ commands: String, settings: [String] = []) throws {
        let git = try daemon.createRepository()
        if !settings.isEmpty {
            let result = try Program.run(
                Program.product("nacre"),
                ["repo", "set", "app"] + settings,
                environment: Program.path.merging(["NACRE_HOME": daemon.home]) { $1 }
            )
            #expect(result.status == 0, "\(result)")
        }
        let memory =
            "sed -n 's/^VmHWM:[^0-9]*\\([0-9]*\\) kB/\\1/p' /proc/$PPID/status > '\(FaultBuild.file("memory"))'"
        try FaultBuild.push(git, FaultBuild.buildspec(commands, memory))
    }

    private func follow(_ daemon: DaemonFixture) throws -> BackgroundProgram {
        try BackgroundProgram(
            Program.product("nacre"),
            ["logs", "-f", "app#1"],
            environment: Program.path.merging(["NACRE_HOME": daemon.home]) { $1 },
            name: "follower"
        )
    }

    /// What is promised of memory: the supervisor has 16 MiB of its own in a release build.
    private func expectBoundedMemory(_ daemon: DaemonFixture, before: Int) throws {
        let supervisor = Int(try FaultBuild.number("memory")) << 10
        #expect(supervisor > 0 && supervisor < 48 * Self.mebibyte, "the supervisor had \(supervisor) bytes")
        let after = FaultBuild.peakMemory(of: try #require(daemon.pid))
        #expect(after - before < 32 * Self.mebibyte, "the daemon had \(before) bytes, and then \(after)")
    }

    @Test(
        "23: a line without an end passes through, followed meanwhile, in bounded memory",
        arguments: SlowTests.areWanted ? [64, 1024] : [64]
    )
    func endlessLine(megabytes: Int) throws {
        try DaemonFixture.run { daemon in
            let before = FaultBuild.peakMemory(of: try #require(daemon.pid))
            let gate = Gate()
            try push(daemon, "\(gate.command)\nhead -c \(megabytes)M /dev/zero | tr '\\0' x; printf end")
            try gate.waitUntilReached()
            let follower = try follow(daemon)
            gate.open()
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "SUCCEEDED")
            #expect(try follower.wait(seconds: 600) == 0)
            let count = "tr -dc x < \"$1\" | wc -c; grep -ac 'xend$' \"$1\"; cmp \"$1\" \"$2\""
            let arguments = ["-c", count, "sh", build.logs.file, FaultBuild.file("follower.out")]
            let result = try Program.run("sh", arguments, environment: Program.path, seconds: 600)
            let lines = result.output.split(separator: "\n")
            // The agent's own lines have an x now and then.
            let found = try #require(Int(lines.first ?? ""))
            #expect(found >= megabytes * Self.mebibyte && found < megabytes * Self.mebibyte + 1000)
            #expect(lines.last == "1" && result.status == 0, "\(result)")
            try expectBoundedMemory(daemon, before: before)
            #expect(try daemon.nacre("show", "app#1").status == 0)
        }
    }

    @Test("23: NUL, invalid UTF-8, escapes and a line that is never ended are kept byte for byte")
    func bytes() throws {
        try DaemonFixture.run { daemon in
            let commands = """
                printf 'a\\000b\\377\\376\\300\\200c\\033]0;title\\007\\r\\033[2Jd\\n'
                head -c 70000 /dev/urandom > '\(FaultBuild.file("noise"))'; cat '\(FaultBuild.file("noise"))'
                printf 'no end of line'
                """
            try push(daemon, commands)
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "SUCCEEDED")
            let log = try #require(FileManager.default.contents(atPath: build.logs.file))
            let plain =
                Data("a\0b".utf8) + Data([0xFF, 0xFE, 0xC0, 0x80]) + Data("c\u{1B}]0;title\u{7}\r\u{1B}[2Jd\n".utf8)
            let noise = try #require(FileManager.default.contents(atPath: FaultBuild.file("noise")))
            #expect(log.range(of: plain + noise + Data("no end of line\n".utf8)) != nil)
            // The agent goes on in a line of its own.
            #expect(log.range(of: Data("no end of line\n[Container] ".utf8)) != nil)
            // What a person is shown does not steer the terminal.
            let shown = try daemon.nacre("show", "app#1")
            #expect(shown.status == 0 && !shown.output.contains("\u{1B}]0;"))
        }
    }

    @Test("23: a hundred thousand lines a second arrive whole and in order")
    func manyLines() throws {
        try DaemonFixture.run { daemon in
            let before = FaultBuild.peakMemory(of: try #require(daemon.pid))
            let gate = Gate()
            try push(daemon, "\(gate.command)\nseq 1 300000")
            try gate.waitUntilReached()
            let follower = try follow(daemon)
            gate.open()
            let build = try daemon.finished("app#1")
            #expect(try follower.wait(seconds: 600) == 0)
            let check = "grep -xE '[0-9]+' \"$1\" | cmp - \"$2\" && cmp \"$1\" \"$3\""
            _ = try Program.run(
                "sh",
                ["-c", "seq 1 300000 > \"$1\"", "sh", FaultBuild.file("lines")],
                environment: Program.path
            )
            let files = [build.logs.file, FaultBuild.file("lines"), FaultBuild.file("follower.out")]
            let result = try Program.run("sh", ["-c", check, "sh"] + files, environment: Program.path)
            #expect(result.status == 0, "\(result)")
            try expectBoundedMemory(daemon, before: before)
        }
    }

    @Test("23: of a log beyond its limit the middle is left out, and says so; the end is there, for followers, too")
    func limit() throws {
        try DaemonFixture.run { daemon in
            let before = FaultBuild.peakMemory(of: try #require(daemon.pid))
            let gate = Gate()
            let noise = "head -c 64M /dev/zero | tr '\\0' y | fold -w 100"
            try push(
                daemon,
                "\(gate.command)\necho 'the first line'; \(noise); echo; echo 'the last line'",
                settings: ["--log-limit", "1M"]
            )
            try gate.waitUntilReached()
            let follower = try follow(daemon)
            gate.open()
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "SUCCEEDED")
            #expect(try follower.wait() == 0)
            #expect(build.log.utf8.count < Self.mebibyte + 1000 && build.log.utf8.count > Self.mebibyte - 1000)
            let lines = build.log.split(separator: "\n").filter { !$0.hasPrefix("yyyy") }
            #expect(lines.contains("the first line") && lines.contains("the last line"))
            let notes = lines.filter {
                $0.contains("The log has reached its limit of 1 MiB: ") || $0.contains(" left out here")
            }
            #expect(notes.count == 2, "\(lines)")
            // What is left out and what is there are all that there was.
            let count = try #require(notes.last?.split(separator: " ").compactMap { Int($0) }.first)
            let there = build.log.utf8.count { $0 == UInt8(ascii: "y") } / 100
            #expect(abs(count / 101 + there - 64 * Self.mebibyte / 100) < 20, "\(notes) \(there)")
            #expect(lines.last?.contains("Phase context status code:  Message:") ?? false, "\(lines.suffix(3))")
            #expect(follower.output == build.log)
            try expectBoundedMemory(daemon, before: before)
        }
    }

    @Test(
        "23: five gigabytes come to a log of one, in bounded memory",
        .enabled(if: SlowTests.areWanted, "set NACRE_SLOW_TESTS=1")
    )
    func fiveGigabytes() throws {
        try DaemonFixture.run { daemon in
            let before = FaultBuild.peakMemory(of: try #require(daemon.pid))
            try push(daemon, "echo first; yes 'a line of a log' | head -c 5G; echo last")
            var build: ShownBuild?
            try eventually("the build is over", within: 1800) {
                build = try? daemon.build("app#1")
                return build?.buildComplete ?? false
            }
            let file = try #require(build).logs.file
            let size = try #require(try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int)
            #expect(size > (1 << 30) - 1000 && size < (1 << 30) + 1000)
            let tail = try Program.run("tail", ["-c", "2000", file], environment: Program.path).output
            #expect(tail.contains("\nlast\n"))
            try expectBoundedMemory(daemon, before: before)
        }
    }
}
