// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("A push", .scratchDirectory, .timeLimit(.minutes(40)))
struct PushTests {
    @Test("a push to a created repository is built, and leaves a log and an artifact")
    func push() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            let command = "wc -l < src/file2.txt > out.txt; echo said"
            try git.write("buildspec.yml", BuildspecText.commands(command, artifacts: "out.txt"))
            let commit = try git.commit()
            #expect(try git.push("HEAD:main").status == 0)
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "SUCCEEDED")
            #expect(build.resolvedSourceVersion == commit)
            #expect(build.sourceVersion == "main")
            #expect(build.projectName == "app")
            #expect(build.id.hasPrefix("app:"))
            #expect(build.arn.hasSuffix(":build/\(build.id)"))
            let phases = [
                "SUBMITTED", "QUEUED", "PROVISIONING", "DOWNLOAD_SOURCE", "INSTALL", "PRE_BUILD", "BUILD", "POST_BUILD",
                "UPLOAD_ARTIFACTS", "FINALIZING", "COMPLETED",
            ]
            #expect(build.phases.map(\.phaseType) == phases)
            #expect(build.log.contains("\nsaid\n"))
            #expect(try daemon.nacre("logs", "app#1").output == build.log)

            #expect(try daemon.nacre("artifacts", "list", "app").output.contains("out.txt"))
            #expect(try daemon.nacre("artifacts", "cat", "app", "out.txt").output == "20\n")
            // Into a file that holds something already, as a script's own log.
            let script = "exec > all; echo before; \"$0\" artifacts cat app out.txt; echo after"
            let environment = Program.path.merging(["NACRE_HOME": daemon.home]) { $1 }
            let nacre = Program.product("nacre")
            _ = try Program.run("sh", ["-c", script, nacre], environment: environment, in: ScratchDirectory.path)
            let all = FileManager.default.contents(atPath: "\(ScratchDirectory.path)/all")
            #expect(all == Data("before\n20\nafter\n".utf8))
            let got = try daemon.nacre("artifacts", "get", "app", "-o", "got")
            #expect(got.output == "\(ScratchDirectory.path)/got/artifacts.zip\n", "\(got)")
            let zip = "import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read('out.txt').decode(), end='')"
            let read = try Program.run("python3", ["-c", zip, "\(ScratchDirectory.path)/got/artifacts.zip"])
            #expect(read.output == "20\n")
            #expect(try daemon.nacre("artifacts", "get", "app", "-o", "got", "--unpacked").status == 0)
            let unpacked = FileManager.default.contents(atPath: "\(ScratchDirectory.path)/got/artifacts/out.txt")
            #expect(unpacked == Data("20\n".utf8))
        }
    }

    @Test("builds are listed with the newest first, and each is found by all of its names")
    func names() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            let other = try daemon.createRepository("other")
            for (repository, ref) in [(git, "main"), (other, "main"), (git, "model")] {
                try repository.write("buildspec.yml", BuildspecText.commands("true"))
                try repository.commit()
                #expect(try repository.push("HEAD:\(ref)", options: ["nacre.wait"]).status == 0)
            }
            let builds = try daemon.builds()
            #expect(builds.map { "\($0.projectName)#\($0.buildNumber)" } == ["app#2", "other#1", "app#1"])
            #expect(builds.map(\.buildStatus) == ["SUCCEEDED", "SUCCEEDED", "SUCCEEDED"])
            let first = builds[2]
            let names = [first.id, first.uuid, String(first.uuid.prefix(8)), "app#1", "app", "latest", "other"]
            #expect(
                try names.map { try daemon.build($0).id }
                    == [first.id, first.id, first.id, first.id, builds[0].id, builds[0].id, builds[1].id]
            )
            let filtered = try daemon.nacre("list", "--json", "-p", "app", "-n", "1")
            let last: [ShownBuild] = try ShownBuild.decode(filtered)
            #expect(last.map(\.id) == [builds[0].id])
        }
    }

    @Test("what is not there is told by the exit code")
    func exitCodes() throws {
        try DaemonFixture.run { daemon in
            func codes() throws -> [Int32] {
                [
                    try daemon.nacre("show", "nothing").status, try daemon.nacre("logs", "app#7").status,
                    try daemon.nacre("watch", "latest").status, try daemon.nacre("stop", "abcdef").status,
                    try daemon.nacre("artifacts", "list", "latest").status,
                    try daemon.nacre("repo", "remove", "no").status,
                ]
            }
            #expect(try codes() == [5, 5, 5, 5, 5, 5])
            #expect(try daemon.builds().isEmpty)
            #expect(try daemon.nacre("repo", "create", "../evil").status == 2)
            #expect(try daemon.nacre("repo", "add", "/nonexistent").status == 5)
            #expect(try daemon.nacre("show").status == 2)
            #expect(try daemon.nacre("list", "--status", "WRONG").status == 2)
            try daemon.stop()
            #expect(try codes() == [9, 9, 9, 9, 9, 9])
        }
    }

    @Test(
        "watch and logs -f end with the build, and with its exit code",
        arguments: [("true", Int32(0)), ("exit 3", 1), ("[", 3), ("stop", 6)]
    )
    func following(command: String, code: Int32) throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            let gate = Gate()
            let text = BuildspecText.commands(gate.command, "echo after; \(command)")
            try git.write("buildspec.yml", command == "[" ? "phases: [" : text)
            try git.commit()
            #expect(try git.push("HEAD:main").status == 0)
            let environment = Program.path.merging(["NACRE_HOME": daemon.home]) { $1 }
            let followers = try ["watch", "logs -f"].map { verb in
                let words = verb.split(separator: " ").map { String($0) }
                return try BackgroundProgram(
                    Program.product("nacre"),
                    words + ["app#1"],
                    environment: environment,
                    name: words[0]
                )
            }
            if command != "[" {
                try gate.waitUntilReached()
                try eventually("the log is followed while it grows") { followers[1].output.contains("Running command") }
            }
            if command == "stop" { #expect(try daemon.nacre("stop", "app#1").status == 0) }
            gate.open()
            #expect(try followers.map { try $0.wait() } == [code, code])
            let build = try daemon.finished("app#1")
            #expect(followers[1].output == build.log)
            #expect(followers[0].output.hasPrefix("DOWNLOAD_SOURCE"), "\(followers[0].output)")
            #expect(followers[0].output.contains("app#1 \(build.buildStatus)"), "\(followers[0].output)")
        }
    }
}
