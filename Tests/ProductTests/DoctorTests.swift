// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("The doctor", .scratchDirectory, .timeLimit(.minutes(40)))
struct DoctorTests {
    private struct Finding: Decodable {
        let level: String
        let area: String
        let what: String
        let remedy: String?
        let mended: String?
    }

    private func findings(_ daemon: DaemonFixture, _ more: String...) throws -> [Finding] {
        let result = try Program.run(
            Program.product("nacre"),
            ["doctor", "--json"] + more,
            environment: Program.path.merging(["NACRE_HOME": daemon.home]) { $1 }
        )
        return try JSONDecoder().decode([Finding].self, from: Data(result.output.utf8))
    }

    @Test("a good home has no problem, with a daemon and without")
    func good() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            try git.write("buildspec.yml", BuildspecText.commands("echo made > out.txt", artifacts: "out.txt"))
            try git.commit()
            try git.push("HEAD:main")
            #expect(try daemon.finished().buildStatus == "SUCCEEDED")
            let running = try daemon.nacre("doctor", "--deep")
            #expect(running.status == 0, "\(running)")
            #expect(running.output.contains("ok      daemon: process \(daemon.pid ?? 0) answers"))
            #expect(running.output.contains("ok      artifact: all 1 are as they were stored"))
            try daemon.stop()
            let stopped = try daemon.nacre("doctor")
            #expect(stopped.status == 0, "\(stopped)")
            #expect(stopped.output.contains("warning daemon: no daemon runs: nothing is built. To do: nacre daemon"))
        }
    }

    @Test("what is safe to mend is mended, and what was done is said; nothing of a person's goes")
    func mending() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            let other = try daemon.createRepository("other")
            try daemon.stop(SIGKILL)
            let files = FileManager.default
            let home = daemon.home
            let orphan = "\(home)/builds/00000000-0000-4000-8000-000000000000"
            try files.createDirectory(atPath: orphan, withIntermediateDirectories: true)
            try Data("log".utf8).write(to: URL(fileURLWithPath: "\(orphan)/log"))
            try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(home)/builds")
            try Data().write(to: URL(fileURLWithPath: "\(home)/config.yml.999999999.tmp"))
            try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(home)/notes.tmp"))
            try files.removeItem(atPath: "\(git.bare)/hooks/post-receive")
            let edited = "\(other.bare)/hooks/post-receive"
            let text = try String(contentsOfFile: edited, encoding: .utf8)
            try (text + "# mine\n").write(toFile: edited, atomically: true, encoding: .utf8)

            let found = try findings(daemon)
            #expect(found.filter { $0.level == "problem" }.map(\.area) == ["home"])
            for what in ["builds is open to others", "control.sock is there", "writings that were broken off"] {
                #expect(found.contains { $0.what.contains(what) && $0.mended == nil }, "\(what)")
            }
            #expect(files.fileExists(atPath: orphan))
            let mended = try findings(daemon, "--fix")
            #expect(mended.filter { $0.mended != nil }.count == 5)
            #expect(!mended.contains { $0.level == "problem" })
            #expect(files.fileExists(atPath: "\(home)/trash/00000000-0000-4000-8000-000000000000/log"))
            #expect(files.fileExists(atPath: "\(home)/notes.tmp"))
            #expect(files.fileExists(atPath: "\(git.bare)/hooks/post-receive"))
            #expect(try String(contentsOfFile: edited, encoding: .utf8).hasSuffix("# mine\n"))
            let again = try findings(daemon).filter { $0.level != "ok" }.map(\.area)
            #expect(again.filter { $0 != "machine" } == ["daemon", "hook"])
        }
    }

    @Test("damage is a problem, named with its place")
    func damage() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            try git.write("buildspec.yml", BuildspecText.commands("echo made > out.txt", artifacts: "out.txt"))
            try git.commit()
            try git.push("HEAD:main")
            let artifact = try daemon.finished().artifacts.location
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: artifact)
            try Data("other".utf8).write(to: URL(fileURLWithPath: artifact))
            try FileManager.default.moveItem(atPath: git.bare, toPath: "\(git.bare).away")
            let deep = try daemon.nacre("doctor", "--deep")
            #expect(deep.status == 1)
            #expect(deep.output.contains("problem artifact: \(artifact) is damaged"))
            #expect(deep.output.contains("problem repository: app: there is nothing at \(git.bare)"))
            try daemon.stop()
            try Data("no journal".utf8).write(to: URL(fileURLWithPath: "\(daemon.home)/nacre.db"))
            let broken = try daemon.nacre("doctor")
            #expect(broken.status == 1)
            #expect(broken.output.contains("problem journal: \(daemon.home)/nacre.db"))
        }
    }
}
