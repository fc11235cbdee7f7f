// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Fault 10: hooks of other tools", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault10ChainedHooksTests {
    /// All that is to come back.
    private struct File: Equatable {
        let content: Data?
        let mode: NSNumber?
        let link: String?

        init(_ path: String) {
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            link = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
            content = link == nil ? FileManager.default.contents(atPath: path) : nil
            mode = attributes?[.posixPermissions] as? NSNumber
        }
    }

    @Test(
        "10: a hook that was there runs first with the same input, its verdict counts, and it comes back byte for byte",
        arguments: ["uninstall", "remove"]
    )
    func chain(end: String) throws {
        try DaemonFixture.run { daemon in
            let git = try GitFixture(in: ScratchDirectory.path)
            let path = "\(git.bare)/hooks/post-receive"
            let heard = "\(ScratchDirectory.path)/heard"
            try FileManager.default.createDirectory(atPath: "\(git.bare)/hooks", withIntermediateDirectories: true)
            let text = "#!/bin/sh\necho another tool; cat > '\(heard)'; exit 3\n# é, no newline"
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            unsafe chmod(path, 0o751)
            let before = File(path)
            let configuration = try git.gitInBare("config", "--list")
            try git.write("buildspec.yml", IngestFixture.buildspec("true"))
            let commit = try git.commit()
            let old = try git.gitInBare("rev-parse", "main")
            try IngestFixture.nacre(daemon, ["repo", "add", git.bare, "--name", "app"])
            // A second time changes nothing, so that ours is never kept as the one that was there.
            try IngestFixture.nacre(daemon, ["hooks", "install", "app"])
            let pushed = try git.push("HEAD:main", "HEAD:refs/heads/model")
            #expect(pushed.status == 0)
            #expect(pushed.errors.contains("remote: another tool"))
            #expect(pushed.errors.contains("remote: nacre: queued app#1"))
            let zero = String(repeating: "0", count: 40)
            let lines = "\(old) \(commit) refs/heads/main\n\(zero) \(commit) refs/heads/model\n"
            #expect(try String(contentsOfFile: heard, encoding: .utf8) == lines)
            _ = try IngestFixture.results(daemon, count: 2)
            try IngestFixture.nacre(
                daemon,
                end == "remove" ? ["repo", "remove", "app"] : ["hooks", "uninstall", "app"]
            )
            #expect(File(path) == before)
            #expect(try git.gitInBare("config", "--list") == configuration)
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(git.bare)/hooks")
            #expect(names.allSatisfy { !$0.contains("nacre") })
            try git.commit("later")
            #expect(try git.push("HEAD:main").errors.contains("remote: another tool"))
        }
    }

    @Test(
        "10: an earlier hook that takes its time keeps neither the push from being built nor its options from counting"
    )
    func slow() throws {
        try DaemonFixture.run { daemon in
            let gate = Gate("hook")
            let git = try GitFixture(in: ScratchDirectory.path)
            let path = "\(git.bare)/hooks/post-receive"
            try FileManager.default.createDirectory(atPath: "\(git.bare)/hooks", withIntermediateDirectories: true)
            try Data("#!/bin/sh\n\(gate.command)\necho another tool\n".utf8).write(to: URL(fileURLWithPath: path))
            unsafe chmod(path, 0o755)
            try git.write("buildspec.yml", IngestFixture.buildspec(#"echo "<$GIVEN>""#))
            try git.commit()
            try IngestFixture.nacre(daemon, ["repo", "add", git.bare, "--name", "app"])
            let push = try BackgroundProgram(
                "/usr/bin/git",
                ["-C", git.work, "push", "-o", "nacre.env.GIVEN=in time", "origin", "HEAD:main"],
                environment: GitFixture.environment,
                name: "push"
            )
            try gate.waitUntilReached()
            let build = try daemon.finished("app#1")
            #expect(build.log.contains("\n<in time>\n"), "\(build.log)")
            gate.open()
            #expect(try push.wait() == 0)
            let said = push.errors
            let first = try #require(said.range(of: "remote: another tool"))
            let second = try #require(said.range(of: "remote: nacre: queued app#1"))
            #expect(first.lowerBound < second.lowerBound)
            #expect(try daemon.builds().count == 1)
        }
    }

    @Test("10: a link to a hook that several repositories share is kept as a link, and the shared file as it is")
    func shared() throws {
        try DaemonFixture.run { daemon in
            let git = try GitFixture(in: ScratchDirectory.path)
            let shared = "\(ScratchDirectory.path)/shared-hook"
            try Data("#!/bin/sh\necho shared\n".utf8).write(to: URL(fileURLWithPath: shared))
            unsafe chmod(shared, 0o755)
            let path = "\(git.bare)/hooks/post-receive"
            try FileManager.default.createDirectory(atPath: "\(git.bare)/hooks", withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: shared)
            let before = (File(path), File(shared))
            try IngestFixture.nacre(daemon, ["repo", "add", git.bare, "--name", "app"])
            #expect(File(shared) == before.1)
            let pushed = try git.push("HEAD:refs/heads/model")
            #expect(pushed.errors.contains("remote: shared") && pushed.errors.contains("remote: nacre: queued"))
            try IngestFixture.nacre(daemon, ["hooks", "uninstall", "app"])
            #expect(File(path) == before.0 && File(shared) == before.1)
        }
    }
}
