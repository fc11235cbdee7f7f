// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("18: two daemons on one home", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault18SecondDaemonTests {
    private func start(on home: String) throws -> Program.Result {
        try Program.run(
            Program.product("nacre"),
            ["daemon", "--home", home],
            environment: Program.path,
            in: ScratchDirectory.path,
            seconds: 30
        )
    }

    @Test("18: the second one ends at once and names the first, by whatever path it comes")
    func second() throws {
        try DaemonFixture.run { daemon in
            let link = FaultBuild.file("link")
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: daemon.home)
            let journal = "\(daemon.home)/nacre.db"
            for home in [daemon.home, "home", "./home/../home", link] {
                let result = try start(on: home)
                #expect(result.status == 4, "\(home): \(result)")
                #expect(
                    result.errors.hasPrefix("nacre: another daemon (process \(daemon.pid ?? 0)) runs on /"),
                    "\(result)"
                )
                #expect(result.errors.split(separator: "\n").count == 1)
            }
            #expect(FileManager.default.fileExists(atPath: journal))
            // The first one has not lost its socket to the others.
            try FaultBuild.push(daemon, FaultBuild.buildspec("true"))
            #expect(try daemon.finished("app#1").buildStatus == "SUCCEEDED")
        }
    }

    @Test("18: a lock that a killed daemon has left, with a live process's number in it, keeps nobody out")
    func stale() throws {
        try DaemonFixture.run { daemon in
            try daemon.stop(SIGKILL)
            try "\(getpid())\n".write(toFile: "\(daemon.home)/lock", atomically: false, encoding: .utf8)
            try daemon.start()
            let result = try start(on: daemon.home)
            #expect(result.errors == "nacre: another daemon (process \(daemon.pid ?? 0)) runs on \(daemon.home)\n")
        }
    }

    @Test("18: of several that start at once one runs, and the others name it")
    func atOnce() throws {
        try DaemonFixture.run { daemon in
            try daemon.stop()
            let others = try (0..<4).map { index in
                try BackgroundProgram(
                    Program.product("nacre"),
                    ["daemon", "--home", daemon.home],
                    environment: Program.path,
                    name: "daemon\(index)"
                )
            }
            try eventually("three have ended") { others.count { FaultBuild.lives($0.pid) } == 1 }
            let first = try #require(others.first { FaultBuild.lives($0.pid) })
            try eventually("the first is ready; \(first.errors)") { first.errors.contains("Daemon is ready") }
            for other in others where other.pid != first.pid {
                #expect(try other.wait() == 4)
                #expect(other.errors == "nacre: another daemon (process \(first.pid)) runs on \(daemon.home)\n")
            }
            first.signal(SIGTERM)
            #expect(try first.wait() == 0)
        }
    }
}
