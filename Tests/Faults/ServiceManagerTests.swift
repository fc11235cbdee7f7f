// SPDX-License-Identifier: Apache-2.0

import Foundation
import SQLite
import TestSupport
import Testing

@Suite("A daemon under a service manager", .scratchDirectory, .timeLimit(.minutes(40)))
struct ServiceManagerTests {
    /// Addresses of both kinds, free in this test.
    private static func address(isAbstract: Bool) -> String {
        isAbstract ? "@nacre-test-\(UUID().uuidString)" : "\(ScratchDirectory.path)/notify"
    }

    @Test("it says when it is ready, reads its settings again, and stops", arguments: [false, true])
    func life(isAbstract: Bool) throws {
        let socket = try NotifySocket(Self.address(isAbstract: isAbstract))
        // A watchdog that is meant for another process is not fed.
        let environment = ["NOTIFY_SOCKET": socket.address, "WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"]
        try DaemonFixture.run(environment: environment) { daemon in
            try eventually("it is ready: \(socket.messages)") { !socket.messages.isEmpty }
            #expect(socket.messages.first == "READY=1 STATUS=Ready; 0 builds run of at most 2, 0 wait")
            kill(try #require(daemon.pid), SIGHUP)
            try eventually("it is ready again: \(socket.messages)") {
                socket.messages.count { $0.hasPrefix("READY=1 ") } == 2
            }
            let told = socket.messages
            let reloading = try #require(told.firstIndex { $0.hasPrefix("RELOADING=1 MONOTONIC_USEC=") })
            #expect(reloading < told.count - 1)
            let then = try #require(Int64(told[reloading].split(separator: "=").last ?? ""))
            let uptime = Int64(ProcessInfo.processInfo.systemUptime * 1_000_000)
            #expect(abs(uptime - then) < 600_000_000)
            #expect(try daemon.stop() == 0)
            #expect(socket.messages.last?.hasPrefix("STOPPING=1 ") ?? false)
            #expect(socket.pings == 0)
        }
    }

    @Test("it says how many builds run, and no build can speak for it")
    func status() throws {
        let socket = try NotifySocket(Self.address(isAbstract: false))
        let environment = ["NOTIFY_SOCKET": socket.address, "WATCHDOG_USEC": "60000000"]
        try DaemonFixture.run(environment: environment) { daemon in
            let gate = Gate()
            let git = try daemon.createRepository()
            let lines = "env; \(gate.command)".split(separator: "\n").map { "        \($0)\n" }.joined()
            try git.write("buildspec.yml", "version: 0.2\nphases:\n  build:\n    commands:\n      - |\n\(lines)")
            try git.commit()
            #expect(try git.push("HEAD:main").status == 0)
            try gate.waitUntilReached()
            try eventually("a build runs: \(socket.messages)") {
                socket.messages.last { $0 != "WATCHDOG=1" } == "STATUS=Ready; 1 build runs of at most 2, 0 wait"
            }
            gate.open()
            let build = try daemon.finished()
            #expect(build.log.contains("CODEBUILD_BUILD_ID="))
            #expect(!build.log.contains("NOTIFY_SOCKET") && !build.log.contains("WATCHDOG"))
            try eventually("none runs: \(socket.messages)") {
                socket.messages.last { $0 != "WATCHDOG=1" } == "STATUS=Ready; 0 builds run of at most 2, 0 wait"
            }
        }
    }

    @Test("it feeds the watchdog, but not while its journal hangs")
    func watchdog() throws {
        let socket = try NotifySocket(Self.address(isAbstract: false))
        try DaemonFixture.run(environment: ["NOTIFY_SOCKET": socket.address, "WATCHDOG_USEC": "100000"]) { daemon in
            try eventually("it lives: \(socket.messages)") { socket.pings > 3 }
            let other = try Database("\(daemon.home)/nacre.db", .existing)
            let waiting = try other.transaction { () throws(SQLiteError) in
                Result {
                    // It waits for the lock, on the journal's one thread.
                    let writer = try BackgroundProgram(
                        Program.product("nacre"),
                        ["repo", "create", "app"],
                        environment: Program.path.merging(["NACRE_HOME": daemon.home]) { $1 },
                        name: "writer"
                    )
                    try eventually("it is silent for five intervals") {
                        let before = socket.pings
                        usleep(500_000)
                        return socket.pings == before
                    }
                    return writer
                }
            }
            #expect(try waiting.get().wait() == 0)
            let silent = socket.pings
            try eventually("it lives again: \(socket.messages)") { socket.pings > silent + 3 }
        }
    }

    @Test("it does not feed the watchdog while nobody can reach it")
    func unreachable() throws {
        let socket = try NotifySocket(Self.address(isAbstract: false))
        try DaemonFixture.run(environment: ["NOTIFY_SOCKET": socket.address, "WATCHDOG_USEC": "100000"]) { daemon in
            try eventually("it lives: \(socket.messages)") { socket.pings > 3 }
            try FileManager.default.removeItem(atPath: "\(daemon.home)/control.sock")
            try eventually("it says why") { daemon.log.contains("Daemon does not answer itself") }
            let silent = socket.pings
            try eventually("it has looked several times") {
                daemon.log.split(separator: "\n").count { $0.contains("Daemon does not answer itself") } > 3
            }
            #expect(socket.pings == silent)
        }
    }
}
