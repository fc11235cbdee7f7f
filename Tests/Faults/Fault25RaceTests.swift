// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("25: a stop, a timeout and a natural end at the same instant", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault25RaceTests {
    /// What each status of a build comes to for `nacre build`.
    private static let codes: [String: Int32] = ["SUCCEEDED": 0, "FAILED": 1, "STOPPED": 130, "TIMED_OUT": 7]

    private func start(_ name: String, _ arguments: [String]) throws -> BackgroundProgram {
        try BackgroundProgram(
            Program.product("nacre"),
            ["build", "tree", "--json"] + arguments,
            environment: Program.path.merging(["NACRE_HOME": FaultBuild.file("home")]) { $1 },
            in: ScratchDirectory.path,
            name: name
        )
    }

    private func write(_ buildspec: String) throws {
        try FileManager.default.createDirectory(atPath: FaultBuild.file("tree"), withIntermediateDirectories: true)
        try buildspec.write(toFile: FaultBuild.file("tree/buildspec.yml"), atomically: true, encoding: .utf8)
    }

    /// One verdict: the build's, that of the only phase that did not succeed, and the exit code.
    private func expectOneVerdict(_ program: BackgroundProgram, _ code: Int32, of allowed: Set<String>) throws {
        let build = try JSONDecoder().decode(ShownBuild.self, from: Data(program.output.utf8))
        #expect(build.buildComplete && allowed.contains(build.buildStatus), "\(build)")
        // One that was over when the wish to stop came says so by its own code.
        #expect(code == Self.codes[build.buildStatus] || code == 130, "\(code): \(build)")
        let others = build.phases.compactMap(\.phaseStatus).filter { $0 != "SUCCEEDED" }
        #expect(others == (build.buildStatus == "SUCCEEDED" ? [] : [build.buildStatus]), "\(build)")
        #expect(build.phases.last?.phaseType == "COMPLETED")
    }

    @Test("25: a stop that meets the end of the command gives one verdict")
    func stopAndEnd() throws {
        try write(FaultBuild.buildspec("echo go > \"$MARK\"; sleep 0.01"))
        for index in 0..<24 {
            let mark = "mark\(index)"
            let program = try start("build\(index)", ["-e", "MARK=\(FaultBuild.file(mark))"])
            try eventually("the command runs") { !FaultBuild.text(mark).isEmpty }
            usleep(UInt32(index * 1000))
            program.signal(SIGTERM)
            try expectOneVerdict(program, try program.wait(), of: ["SUCCEEDED", "STOPPED"])
        }
    }

    @Test(
        "25: a timeout that meets the end of the command, and a stop on top, give one verdict",
        arguments: [false, true]
    )
    func timeoutAndEnd(isStopped: Bool) throws {
        try write(FaultBuild.buildspec("sleep \"$TIME\""))
        // Side by side, as each takes the second that is the shortest timeout.
        let programs = try (0..<8).map { index in
            try start("build\(index)", ["--timeout", "1s", "-e", "TIME=\(0.9 + Double(index) * 0.02)"])
        }
        if isStopped {
            try eventually("the timeout is near") { FaultBuild.text("build0.err").contains("Running command") }
            usleep(950_000)
            for program in programs { program.signal(SIGTERM) }
        }
        for program in programs {
            let allowed: Set<String> = ["SUCCEEDED", "TIMED_OUT"]
            try expectOneVerdict(program, try program.wait(), of: isStopped ? allowed.union(["STOPPED"]) : allowed)
        }
    }

    @Test("25: what the daemon has recorded never changes: not by a late stop, not by its restart")
    func recorded() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            for index in 1...6 {
                try FaultBuild.push(
                    git,
                    FaultBuild.buildspec("echo go > '\(FaultBuild.file("go\(index)"))'; sleep 0.03")
                )
                try eventually("the command runs") { !FaultBuild.text("go\(index)").isEmpty }
                usleep(UInt32(index * 5000))
                let stop = try daemon.nacre("stop", "app#\(index)")
                let build = try daemon.finished("app#\(index)")
                #expect(["SUCCEEDED", "STOPPED"].contains(build.buildStatus), "\(build)")
                // Only one that was over already refuses.
                #expect(stop.status == 0 || build.buildStatus == "SUCCEEDED", "\(stop) \(build)")
                let others = build.phases.compactMap(\.phaseStatus).filter { $0 != "SUCCEEDED" }
                #expect(others == (build.buildStatus == "SUCCEEDED" ? [] : ["STOPPED"]), "\(build)")
                #expect((build.statusReason != nil) == (build.buildStatus == "STOPPED"), "\(build)")
            }
            let before = try daemon.builds().map(\.buildStatus)
            for index in 1...6 { #expect(try daemon.nacre("stop", "app#\(index)").status == 1) }
            try daemon.stop(SIGKILL)
            try daemon.start()
            #expect(try daemon.builds().map(\.buildStatus) == before)
        }
    }
}
