// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Limits under load", .scratchDirectory, .timeLimit(.minutes(40)))
struct LimitsUnderLoadTests {
    @Test("while 16 builds run and 500 wait, every question is answered, pushes are recorded, and stops make room")
    func fullQueue() throws {
        try DaemonFixture.run(jobs: 16) { daemon in
            let buildspec = IngestFixture.buildspec(IngestFixture.stay)
            let git = try IngestFixture.repository(daemon, buildspec: buildspec, flags: ["--branches", "**"])
            try IngestFixture.push(git, (0..<516).map { "HEAD:refs/heads/b/\($0)" })
            try IngestFixture.waitUntilHere(16)
            let phases = try daemon.builds().map(\.currentPhase)
            #expect(phases.count { $0 == "BUILD" } == 16)
            #expect(phases.count { $0 == "QUEUED" } == 500)
            // Who asks is answered at once, not after the queue.
            for words in [["list"], ["show", "app#300"], ["show", "app#1"], ["logs", "app#1"], ["repo", "list"]] {
                let environment = Program.path.merging(["NACRE_HOME": daemon.home]) { $1 }
                let result = try Program.run(Program.product("nacre"), words, environment: environment, seconds: 10)
                #expect(result.status == 0, "\(words): \(result)")
            }
            #expect(try daemon.build("app#516").statusReason?.contains("ahead of it") ?? false)
            // One that waits is taken out of the middle, one that runs makes room for the first that waits.
            #expect(try daemon.nacre("stop", "app#300").status == 0)
            #expect(try daemon.build("app#300").buildStatus == "STOPPED")
            #expect(try daemon.nacre("stop", "app#5").status == 0)
            #expect(try daemon.finished("app#5").buildStatus == "STOPPED")
            try eventually("the next build has begun") {
                FileManager.default.fileExists(atPath: "\(ScratchDirectory.path)/here-17")
            }
            let commit = try git.commit("one more")
            #expect(try git.push("HEAD:main").errors.contains("queued app#517"))
            #expect(try daemon.build("app#517").resolvedSourceVersion == commit)
            // Neither is anything lost when the daemon dies under all that.
            try daemon.stop(SIGKILL)
            try daemon.start()
            let after = try daemon.builds()
            #expect(after.map(\.buildNumber) == Array((1...517).reversed()))
            #expect(after.count { $0.currentPhase == "BUILD" } == 16)
            #expect(after.count { $0.buildStatus == "STOPPED" } == 2)
        }
    }

    /// Makes bare repositories that share the objects of another.
    /// - Returns: their folder; they are called `0.git` and so on.
    private func makeRepositories(_ count: Int, like git: GitFixture) throws -> String {
        let head = try git.gitInBare("rev-parse", "main")
        let folder = "\(ScratchDirectory.path)/many"
        for index in 0..<count {
            let path = "\(folder)/\(index).git"
            for name in ["objects/info", "refs/heads", "refs/tags"] {
                try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
            }
            let files = [
                "HEAD": "ref: refs/heads/main\n", "config": "[core]\n\trepositoryformatversion = 0\n\tbare = true\n",
                "objects/info/alternates": "\(git.bare)/objects\n", "refs/heads/main": "\(head)\n",
            ]
            for (name, text) in files {
                _ = FileManager.default.createFile(atPath: "\(path)/\(name)", contents: Data(text.utf8))
            }
        }
        return folder
    }

    /// Hundredths of a second that the daemon has computed.
    private func ticks(_ daemon: DaemonFixture) throws -> Int {
        let stat = try String(contentsOfFile: "/proc/\(daemon.pid ?? 0)/stat", encoding: .utf8)
        let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
        return (Int(fields[12]) ?? 0) + (Int(fields[13]) ?? 0)
    }

    @Test(
        "1,000 repositories are watched: a push to any is built, before and after a restart, and none costs when idle"
    )
    func manyRepositories() throws {
        try DaemonFixture.run { daemon in
            let git = try GitFixture(in: ScratchDirectory.path)
            try git.write("buildspec.yml", IngestFixture.buildspec("true"))
            try git.commit()
            let folder = try makeRepositories(1000, like: git)
            // The words of the control socket, without a thousand starts of a program.
            let register = """
                import json, socket, sys
                for index in range(1000):
                    client = socket.socket(socket.AF_UNIX)
                    client.connect(sys.argv[1])
                    request = {"path": f"{sys.argv[2]}/{index}.git", "branches": [], "installsHooks": False}
                    client.sendall(json.dumps({"addRepository": request}).encode() + b"\\n")
                    answer = client.makefile().readline()
                    assert '"repository"' in answer, answer
                """
            let registered = try Program.run(
                "python3",
                ["-c", register, "\(daemon.home)/control.sock", folder],
                environment: Program.path,
                seconds: 300
            )
            #expect(registered.status == 0, "\(registered)")
            func push(_ repository: Int, _ ref: String) throws {
                let words = ["-C", git.work, "push", "-q", "\(folder)/\(repository).git", "HEAD:refs/heads/\(ref)"]
                #expect(try Program.run("git", words, environment: GitFixture.environment).status == 0)
            }
            for repository in [0, 499, 999] {
                try push(repository, "main")
                #expect(try daemon.finished("\(repository)#1").buildStatus == "SUCCEEDED")
            }
            try daemon.stop()
            try push(7, "model")
            try daemon.start()
            #expect(try daemon.finished("7#1").sourceVersion == "model")
            try push(998, "main")
            #expect(try daemon.finished("998#1").buildStatus == "SUCCEEDED")
            #expect(try daemon.builds().count == 5)
            var last = -1
            var pauses = 0
            try eventually("the daemon has nothing left to do") {
                let now = try ticks(daemon)
                pauses = now == last ? pauses + 1 : 0
                last = now
                return pauses == 20
            }
            // Nobody does anything for half a second, the daemon neither.
            let before = try ticks(daemon)
            usleep(500_000)
            #expect(try ticks(daemon) - before <= 2)
        }
    }
}
