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

    @Test("24: one whose artifact is being packed does not wait for the rest of it")
    func packing() throws {
        try DaemonFixture.run { daemon in
            // It takes no space, but minutes to pack.
            try FaultBuild.push(daemon, FaultBuild.buildspec("truncate -s 200G model.bin", artifacts: "model.bin"))
            try eventually("app#1 is there") { try daemon.builds().count == 1 }
            let folder = "\(FaultBuild.folder(daemon, try daemon.build("app#1")))/artifacts"
            try eventually("the zip is being written; \(daemon.log)") {
                (try? FileManager.default.contentsOfDirectory(atPath: folder))?.contains { $0.hasSuffix(".tmp") }
                    ?? false
            }
            #expect(try daemon.nacre("stop", "app#1").status == 0)
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "STOPPED")
            #expect(build.phases.filter { $0.phaseStatus == "STOPPED" }.map(\.phaseType) == ["UPLOAD_ARTIFACTS"])
            #expect(build.artifacts.location.isEmpty)
            #expect(!FileManager.default.fileExists(atPath: folder))
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
            // So many that a stop comes long before the last of them.
            var files = "blob\nmark :1\ndata 2\nx\n\n"
            files += "commit refs/heads/many\ncommitter C <c@example.org> 0 +0000\ndata 0\nfrom refs/heads/main^0\n"
            for file in 0..<30_000 { files += "M 100644 :1 many/\(file / 100)/\(file % 100)\n" }
            let buildspec = FaultBuild.buildspec("echo begun > '\(FaultBuild.file("begun"))'")
            files += "M 100644 inline buildspec.yml\ndata \(buildspec.utf8.count)\n\(buildspec)\n"
            try git.git("fast-import", "--quiet", input: Array(files.utf8))
            try git.push("many:main")
            #expect(try daemon.nacre("stop", "app#1").status == 0)
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "STOPPED")
            #expect(build.statusReason?.hasPrefix("stopped by ") ?? false)
            #expect(FaultBuild.text("begun") == "")
            let folder = FaultBuild.folder(daemon, build)
            // The supervisor's gate was never opened: it did not wait for the checkout's end.
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/request.json"))
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
            try git.write("Procfile", "web: exec python3 -m http.server --bind 127.0.0.1 \"$PORT\"\n")
            try git.write("version", "the first\n")
            try git.commit()
            try git.push("HEAD:main")
            #expect(try daemon.over("line/1").status == "Succeeded")
            let list = try daemon.nacre("env", "list").output
            let address = try #require(list.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("http://") })
            let get = ["-sS", "--max-time", "20", "\(address)/version"]
            #expect(try Program.run("curl", get, environment: Program.path).output == "the first\n")
            // It never listens, so the deployment waits for it.
            try git.write("Procfile", "web: sh -c 'echo $$ > \(FaultBuild.file("instance")); exec sleep 1000'\n")
            try git.write("version", "the second\n")
            try git.commit()
            try git.push("HEAD:main")
            let instance = try FaultBuild.number("instance")
            #expect(FaultBuild.lives(instance))
            #expect(try daemon.nacre("stop", "line/2", "--abandon", "--reason", "wrong model").status == 0)
            let execution = try daemon.over("line/2")
            #expect(execution.status == "Stopped")
            #expect(execution.action("Stage")?.status == "Abandoned", "\(execution)")
            try eventually("the instance is gone") { !FaultBuild.lives(instance) }
            #expect(try Program.run("curl", get, environment: Program.path).output == "the first\n")
        }
    }
}
