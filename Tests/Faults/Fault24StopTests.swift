// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("24: a stop in every state", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault24StopTests {
    private static let stages = ["install", "pre_build", "build", "finally", "post_build", "upload"]

    @Test("24: a build stopped in a phase ends there: no later command, no `finally`, no artifact", arguments: stages)
    func phase(_ stage: String) throws {
        try DaemonFixture.run { daemon in
            let gate = Gate()
            func command(_ name: String) -> String {
                name == stage ? gate.command : "echo \(name) >> '\(FaultBuild.file("done"))'"
            }
            let inline = gate.command.replacing("\n", with: "; ").replacing("'", with: "")
            let name = stage == "upload" ? "$(\(inline); echo named)" : "named"
            let text =
                "version: 0.2\nphases:\n" + FaultBuild.phase("install", [command("install")])
                + FaultBuild.phase("pre_build", [command("pre_build")])
                + FaultBuild.phase("build", [command("build")], finally: [command("finally")])
                + FaultBuild.phase("post_build", [command("post_build")])
                + "artifacts:\n  files: [buildspec.yml]\n  name: '\(name)'\n"
            try FaultBuild.push(daemon, text)
            try gate.waitUntilReached()
            #expect(try daemon.nacre("stop", "app#1").errors == "nacre: app#1 is being stopped\n")
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "STOPPED")
            #expect(build.statusReason?.hasPrefix("stopped by ") ?? false)
            let done = FaultBuild.text("done").split(separator: "\n").map(String.init)
            #expect(done == Array(Self.stages.prefix { $0 != stage }))
            let stopped = build.phases.filter { $0.phaseStatus == "STOPPED" }
            let phase = ["finally": "BUILD", "upload": "UPLOAD_ARTIFACTS"][stage] ?? stage.uppercased()
            #expect(stopped.map(\.phaseType) == [phase])
            #expect(stopped.first?.contexts?.first?.message == "The build was stopped.")
            #expect(build.phases.last?.phaseType == "COMPLETED")
            #expect(build.artifacts.location.isEmpty)
            #expect(try daemon.nacre("watch", "app#1").status == 6)
            #expect(try daemon.nacre("stop", "app#1").status == 1)
        }
    }

    @Test("24: one that waits in the queue never begins")
    func queued() throws {
        try DaemonFixture.run(jobs: 1) { daemon in
            let gate = Gate()
            let git = try FaultBuild.push(daemon, FaultBuild.buildspec(gate.command))
            try gate.waitUntilReached()
            try FaultBuild.push(git, FaultBuild.buildspec("echo begun > '\(FaultBuild.file("begun"))'"))
            #expect(try daemon.nacre("stop", "app#2").errors == "nacre: app#2 is stopped\n")
            let build = try daemon.build("app#2")
            #expect(build.buildStatus == "STOPPED" && build.buildComplete)
            #expect(build.statusReason?.hasPrefix("stopped by ") ?? false)
            gate.open()
            #expect(try daemon.finished("app#1").buildStatus == "SUCCEEDED")
            #expect(try daemon.build("app#2").buildStatus == "STOPPED")
            #expect(FaultBuild.text("begun") == "")
        }
    }

    @Test("24: one whose sources are being checked out ends without having run a command")
    func checkout() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            for folder in 0..<8 {
                for file in 0..<100 { try git.write("many/\(folder)/\(file).txt", "file \(file) of \(folder)\n") }
            }
            // Some megabytes that take a while to be unpacked.
            let large = String(repeating: "a line of no interest\n", count: 2_000_000)
            for file in 0..<3 { try git.write("large/\(file).txt", "\(file)\n\(large)") }
            let gate = Gate()
            try git.write("buildspec.yml", FaultBuild.buildspec(gate.command))
            try git.commit()
            try git.push("HEAD:main")
            #expect(try daemon.nacre("stop", "app#1").status == 0)
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "STOPPED")
            #expect(build.statusReason?.hasPrefix("stopped by ") ?? false)
            // A machine that is fast enough has come to the command; there it ends, too.
            let folder = FaultBuild.folder(daemon, build)
            try eventually("the workspace is removed") {
                !FileManager.default.fileExists(atPath: "\(folder)/workspace")
            }
        }
    }

    @Test("24: an execution that waits for an approval is stopped at once, and the approval cannot be given any more")
    func approval() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            try daemon.define(
                Definition(
                    "line",
                    [
                        ("Source", [Definition.source()]), ("Ask", [Definition.approval()]),
                        ("After", [Definition.commands("Work", ["echo begun > '\(FaultBuild.file("begun"))'"])]),
                    ]
                )
            )
            try git.commit()
            try git.push("HEAD:main")
            _ = try daemon.asks("line/1")
            #expect(try daemon.nacre("stop", "line/1", "--abandon", "--reason", "wrong data").status == 0)
            let execution = try daemon.over("line/1")
            #expect(execution.status == "Stopped")
            #expect(execution.action("Ask")?.status == "Abandoned", "\(execution)")
            #expect(try daemon.nacre("approve", "line/1", "--yes").status != 0)
            #expect(try daemon.nacre("show", "line/1").output.contains("wrong data"))
            #expect(FaultBuild.text("begun") == "")
        }
    }

    @Test("24: a deployment that is stopped leaves no instance behind, and what was live before serves on")
    func deployment() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            let deploy = Definition.deploy("Stage", environment: "stage")
            try daemon.define(Definition("line", [("Source", [Definition.source()]), ("Deploy", [deploy])]))
            defer { _ = try? daemon.nacre("env", "stop", "stage") }
            // It never listens, so the deployment waits for it.
            try git.write("Procfile", "web: sh -c 'echo $$ > \(FaultBuild.file("instance")); exec sleep 1000'\n")
            try git.commit()
            try git.push("HEAD:main")
            let instance = try FaultBuild.number("instance")
            #expect(FaultBuild.lives(instance))
            #expect(try daemon.nacre("stop", "line/1", "--abandon", "--reason", "wrong model").status == 0)
            let execution = try daemon.over("line/1")
            #expect(execution.status == "Stopped")
            #expect(execution.action("Stage")?.status == "Abandoned", "\(execution)")
            try eventually("the instance is gone") { !FaultBuild.lives(instance) }
        }
    }
}
