// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Modes of files", .scratchDirectory, .timeLimit(.minutes(40)))
struct FileModeTests {
    private let home = "\(ScratchDirectory.path)/home"

    /// Runs `nacre` with a mask that takes nothing away.
    private func nacre(_ arguments: String...) throws -> Program.Result {
        try Program.run(
            "/bin/sh",
            ["-c", "umask 000; exec \"$0\" \"$@\"", Program.product("nacre")] + arguments,
            environment: Program.path.merging(["NACRE_HOME": home]) { $1 }
        )
    }

    private func mode(_ path: String) throws -> Int {
        var status = stat()
        guard unsafe lstat("\(home)\(path)", &status) == 0 else {
            throw Program.Failure(description: "there is no \(path)")
        }
        return Int(status.st_mode & 0o7777)
    }

    @Test("nobody but the owner can enter the home or read what is in it, whatever the umask")
    func modes() throws {
        let daemon = try BackgroundProgram(
            "/bin/sh",
            ["-c", "umask 000; exec \"$0\" daemon", Program.product("nacre")],
            environment: Program.path.merging(["NACRE_HOME": home]) { $1 },
            name: "daemon"
        )
        try eventually("the daemon is ready: \(daemon.errors)") { daemon.errors.contains("Daemon is ready") }
        let created = try nacre("repo", "create", "app")
        #expect(created.status == 0, "\(created)")
        #expect(try nacre("secret", "put", "app/token", "--value", "seventeen").status == 0)
        #expect(try nacre("bucket", "create", "things").status == 0)
        let git = try GitFixture(
            in: "\(ScratchDirectory.path)/app",
            pushingTo: created.output.trimmingCharacters(in: .newlines)
        )
        try git.write("buildspec.yml", "version: 0.2\nphases: {build: {commands: [umask]}}\n")
        try git.commit()
        #expect(try git.push("HEAD:main").status == 0)
        try eventually("the build is over") { try nacre("show", "app#1").output.contains("SUCCEEDED") }
        // A build is alike, whoever has started the daemon.
        #expect(try nacre("logs", "app#1").output.contains("\n0022\n"))

        #expect(try mode("") == 0o700)
        #expect(try mode("/builds") == 0o700)
        for file in ["nacre.db", "nacre.db-wal", "secrets.db", "secrets.key", "buckets.db", "control.sock", "lock"] {
            #expect(try mode("/\(file)") == 0o600, "\(file)")
        }
        for file in ["audit.log", "audit.head"] { #expect(try mode("/\(file)") == 0o600, "\(file)") }
        let build = try #require(try FileManager.default.contentsOfDirectory(atPath: "\(home)/builds").first)
        for file in ["log", "events.jsonl", "lock"] {
            #expect(try mode("/builds/\(build)/\(file)") == 0o600, "\(file)")
        }
        // Nothing at all can be written by others, even if the home were opened to them.
        let open = try #require(FileManager.default.subpaths(atPath: home)).filter { path in
            var status = stat()
            guard unsafe lstat("\(home)/\(path)", &status) == 0, status.st_mode & S_IFMT != S_IFLNK else {
                return false
            }
            return status.st_mode & 0o022 != 0
        }
        #expect(open == [])
        daemon.signal(SIGTERM)
        #expect(try daemon.wait() == 0)
    }
}
