// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Fault 17: damaged state", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault17DamagedFileTests {
    // MARK: - The journal

    private func build(_ daemon: DaemonFixture) throws {
        let git = try daemon.createRepository()
        try git.write("buildspec.yml", "version: 0.2\nphases: {build: {commands: [echo built]}}\n")
        try git.commit()
        try git.push("HEAD:main")
        #expect(try daemon.finished().buildStatus == "SUCCEEDED")
    }

    /// Starts a daemon that may refuse to.
    /// - Returns: what it said when it refused; nil when it serves, and then it has been ended.
    private func refusal(_ daemon: DaemonFixture, _ look: () throws -> Void) throws -> String? {
        let program = try BackgroundProgram(
            Program.product("nacre"),
            ["daemon", "--home", daemon.home],
            environment: Program.path,
            name: "try\(UInt32.random(in: 0 ... .max))"
        )
        try eventually("it serves or refuses: \(program.errors)") {
            program.errors.contains("Daemon is ready") || program.errors.contains("cannot be used")
        }
        if program.errors.contains("Daemon is ready") {
            try look()
            program.signal(SIGKILL)
            _ = try program.wait()
            return nil
        }
        #expect(try program.wait() == 4)
        return program.errors
    }

    @Test(
        "17: a damaged or newer journal is refused with its path and what to do, stays as it is, and is good when put back"
    )
    func journal() throws {
        try DaemonFixture.run { daemon in
            try build(daemon)
            try daemon.stop()
            let path = "\(daemon.home)/nacre.db"
            // All of it in one file.
            try sqlite(path, "PRAGMA wal_checkpoint(TRUNCATE)")
            let good = try Data(contentsOf: URL(fileURLWithPath: path))
            func restore() throws {
                for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
                try good.write(to: URL(fileURLWithPath: path))
            }
            for damage in FileDamage.certain {
                let damaged = try damage.spoil(path)
                let refusal = try #require(try refusal(daemon) {}, "\(damage)")
                #expect(refusal.contains(path) && refusal.contains("Restore"), "\(damage): \(refusal)")
                #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == damaged, "\(damage)")
                try restore()
            }
            for seed in UInt64(1)...8 {
                let damage = FileDamage.bits(seed: seed)
                let damaged = try damage.spoil(path)
                // What lies in no page's structure cannot be seen; but nothing is ever lost or made anew.
                let refusal = try refusal(daemon) {
                    let listed = try daemon.nacre("list", "--json").output
                    #expect(listed.contains("\"id\""))
                }
                if let refusal {
                    #expect(refusal.contains(path) && refusal.contains("Restore"), "\(damage): \(refusal)")
                    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == damaged, "\(damage)")
                }
                try restore()
            }
            try sqlite(path, "INSERT INTO migrations (id, name) VALUES (1000, 'from the future')")
            let newer = try #require(try refusal(daemon) {})
            #expect(newer.contains(path) && newer.contains("newer version") && newer.contains("from the future"))
            try restore()
            try daemon.start()
            #expect(try daemon.builds().map(\.buildStatus) == ["SUCCEEDED"])
        }
    }

    @Test("17: whoever looks at a damaged journal or copies it leaves it as it is, and what its write-ahead log holds")
    func lookedAt() throws {
        try DaemonFixture.run { daemon in
            try build(daemon)
            // What was written since the start is in the write-ahead log alone.
            try daemon.stop(SIGKILL)
            let path = "\(daemon.home)/nacre.db"
            let paths = [path, "\(path)-wal"]
            func read() throws -> [Data] { try paths.map { try Data(contentsOf: URL(fileURLWithPath: $0)) } }
            let good = try read()
            #expect(good[1].count > 1000)
            func nacre(_ arguments: String...) throws -> Program.Result {
                try Program.run(
                    Program.product("nacre"),
                    arguments,
                    environment: Program.path.merging(["NACRE_HOME": daemon.home]) { $1 },
                    in: ScratchDirectory.path
                )
            }
            for damage in FileDamage.certain {
                try damage.spoil(path)
                let damaged = try read()
                let seen = try nacre("doctor")
                #expect(seen.status == 1 && seen.output.contains("problem journal: \(path)"), "\(damage): \(seen)")
                #expect(try read() == damaged, "\(damage), by the doctor")
                let copied = try nacre("backup", "copy.tar")
                #expect(copied.status != 0 && copied.errors.contains(path), "\(damage): \(copied)")
                #expect(try read() == damaged, "\(damage), by the backup")
                for (path, data) in zip(paths, good) { try data.write(to: URL(fileURLWithPath: path)) }
                try? FileManager.default.removeItem(atPath: "\(path)-shm")
            }
            let seen = try nacre("doctor")
            #expect(seen.status == 0, "\(seen)")
            try daemon.start()
            #expect(try daemon.builds().map(\.buildStatus) == ["SUCCEEDED"])
        }
    }

    @Test(
        "17: a journal whose log is damaged after kill -9 is refused, and what was acknowledged is there when it is mended"
    )
    func journalLog() throws {
        try DaemonFixture.run { daemon in
            try build(daemon)
            let path = "\(daemon.home)/nacre.db"
            for number in 1...8 {
                #expect(try daemon.nacre("repo", "set", "app", "--timeout", "\(number + 10)m").status == 0)
            }
            try daemon.stop(SIGKILL)
            let log = URL(fileURLWithPath: path + "-wal")
            let good = try Data(contentsOf: log)
            for place in [20, 32 + 30, good.count / 2] {
                var damaged = good
                damaged[place] ^= 4
                try damaged.write(to: log)
                let refusal = try #require(try refusal(daemon) {}, "byte \(place)")
                #expect(refusal.contains("\(path)-wal is damaged") && refusal.contains("Restore"), "\(refusal)")
                // Nor does anybody else who looks at it make it worse.
                #expect(try daemon.nacre("doctor").output.contains("\(path)-wal is damaged"))
                #expect(try Data(contentsOf: log) == damaged)
            }
            try good.write(to: log)
            try daemon.start()
            #expect(try daemon.builds().map(\.buildStatus) == ["SUCCEEDED"])
            #expect(try daemon.nacre("repo", "set", "app").output.contains("18m"))
        }
    }

    @Test("17: a journal that is gone is not begun anew where builds, artifacts or copies show that it was there")
    func goneJournal() throws {
        try DaemonFixture.run { daemon in
            try build(daemon)
            let folder = "\(daemon.home)/builds/\(try daemon.build().uuid)"
            try daemon.stop()
            let path = "\(daemon.home)/nacre.db"
            let kept = "\(ScratchDirectory.path)/kept.db"
            // All of it in one file.
            try sqlite(path, "PRAGMA wal_checkpoint(TRUNCATE)")
            for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
            try FileManager.default.moveItem(atPath: path, toPath: kept)
            let doctor = try daemon.nacre("doctor").output
            #expect(doctor.contains("\(path) is missing, but \(folder) shows that it was there"), "\(doctor)")
            let refused = try #require(try refusal(daemon) {})
            #expect(refused.contains("\(path) is missing, but \(folder) shows") && refused.contains("Restore"))
            try FileManager.default.moveItem(atPath: "\(daemon.home)/builds", toPath: "\(ScratchDirectory.path)/builds")
            for trace in ["nacre.db.before-3", ".restoring-17", "artifacts/ab"] {
                let path = "\(daemon.home)/\(trace)"
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                let refused = try #require(try refusal(daemon) {}, "\(trace)")
                #expect(refused.contains("\(path) shows that it was there"), "\(trace): \(refused)")
                try FileManager.default.removeItem(atPath: path)
            }
            #expect(!FileManager.default.fileExists(atPath: path))
            try? FileManager.default.removeItem(atPath: "\(daemon.home)/builds")
            try FileManager.default.moveItem(atPath: "\(ScratchDirectory.path)/builds", toPath: "\(daemon.home)/builds")
            try FileManager.default.moveItem(atPath: kept, toPath: path)
            try daemon.start()
            #expect(try daemon.builds().map(\.buildStatus) == ["SUCCEEDED"])
        }
    }

    private func sqlite(_ path: String, _ statement: String) throws {
        let script =
            "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit(); c.close()"
        let result = try Program.run("python3", ["-c", script, path, statement], environment: Program.path)
        guard result.status == 0 else { throw Program.Failure(description: "\(result)") }
    }

    // MARK: - The stores of buckets and secrets

    @Test(
        "17: a damaged or newer store of buckets or of secrets is refused with its path and what to do, and stays as it is",
        arguments: ["buckets", "secrets"]
    )
    func store(name: String) throws {
        let home = "\(ScratchDirectory.path)/home"
        let path = "\(home)/\(name).db"
        func nacre(_ arguments: [String]) throws -> Program.Result {
            try Program.run(
                Program.product("nacre"),
                arguments,
                environment: Program.path.merging(["NACRE_HOME": home]) { $1 },
                in: ScratchDirectory.path,
                input: Array("x".utf8)
            )
        }
        let list = name == "buckets" ? ["bucket", "list"] : ["parameter", "list"]
        for number in 1...20 {
            let put =
                name == "buckets"
                ? ["bucket", "create", "b-\(number)"] : ["parameter", "put", "/p\(number)", "--value=x"]
            #expect(try nacre(put).status == 0)
        }
        let whole = try nacre(list)
        #expect(whole.status == 0 && whole.output.contains("20"))
        let good = try Data(contentsOf: URL(fileURLWithPath: path))
        func restore() throws {
            for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
            try good.write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        }
        for damage in FileDamage.certain {
            let damaged = try damage.spoil(path)
            let refused = try nacre(list)
            #expect(refused.status != 0 && refused.output.isEmpty, "\(damage): \(refused)")
            #expect(refused.errors.contains(path) && refused.errors.contains("Restore"), "\(damage): \(refused)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == damaged, "\(damage)")
            try restore()
        }
        for seed in UInt64(1)...12 {
            let damage = FileDamage.bits(seed: seed)
            let damaged = try damage.spoil(path)
            let answer = try nacre(list)
            if answer.status == 0 {
                let lines = answer.output.split(separator: "\n").count
                #expect(lines == whole.output.split(separator: "\n").count, "\(damage): \(answer)")
            } else {
                #expect(answer.errors.contains(path), "\(damage): \(answer)")
                #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == damaged, "\(damage)")
            }
            try restore()
        }
        try sqlite(path, "PRAGMA user_version = 99")
        let newer = try nacre(list)
        #expect(newer.status != 0 && newer.errors.contains(path) && newer.errors.contains("newer version"), "\(newer)")
        try restore()
        // One that is gone is not begun anew while what was last written to it is still there.
        try FileManager.default.moveItem(atPath: path, toPath: path + "-wal")
        let missing = try nacre(list)
        #expect(missing.status != 0 && missing.errors.contains("\(path) is missing"), "\(missing)")
        #expect(!FileManager.default.fileExists(atPath: path))
        try FileManager.default.moveItem(atPath: path + "-wal", toPath: path)
        let again = try nacre(list)
        // But for how long ago it was.
        #expect(
            again.status == 0 && again.output.split(separator: " ").first == whole.output.split(separator: " ").first
        )
    }

    // MARK: - The folders of builds

    @Test("17: damage in builds' folders never keeps the daemon from its work, and is named where it matters")
    func builds() throws {
        try DaemonFixture.run(jobs: 4) { daemon in
            try build(daemon)
            let gates = ["request.json", "events.jsonl", "result.json"].map { Gate($0) }
            let git = try GitFixture(in: "\(ScratchDirectory.path)/second", pushingTo: "\(daemon.home)/repos/app.git")
            var folders: [String] = []
            for gate in gates {
                let commands = gate.command.split(separator: "\n").map { "      - |\n        \($0)\n" }.joined()
                try git.write("buildspec.yml", "version: 0.2\nphases:\n  build:\n    commands:\n\(commands)")
                try git.commit()
                #expect(try git.push("HEAD:refs/heads/main", flags: ["-f"]).status == 0)
                try gate.waitUntilReached()
                folders.append("\(daemon.home)/builds/\(try daemon.build().uuid)")
            }
            let finished = "\(daemon.home)/builds/\(try #require(try daemon.builds().last).uuid)"
            try daemon.stop(SIGKILL)
            gates[2].open()
            try eventually("it has ended") { FileManager.default.fileExists(atPath: "\(folders[2])/result.json") }
            for name in ["request.json", "events.jsonl", "result.json"] {
                try FileDamage.bits(seed: 7).spoil("\(finished)/\(name)")
            }
            try FileDamage.half.spoil("\(folders[0])/request.json")
            try FileDamage.zeros.spoil("\(folders[1])/events.jsonl")
            let damaged = try FileDamage.half.spoil("\(folders[2])/result.json")
            try daemon.start()
            for gate in gates { gate.open() }
            try eventually("all builds are over") { try daemon.builds().allSatisfy(\.buildComplete) }
            let builds = try daemon.builds()
            #expect(builds.map(\.buildStatus).reversed() == ["SUCCEEDED", "SUCCEEDED", "SUCCEEDED", "FAULT"])
            let reason = try #require(builds.first?.statusReason)
            #expect(reason.contains("\(folders[2])/result.json") && reason.contains("damaged"), "\(reason)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folders[2])/result.json")) == damaged)
            for build in builds {
                #expect(try daemon.nacre("show", build.uuid).status == 0)
                #expect(try daemon.nacre("logs", build.uuid).status == 0)
            }
        }
    }

    @Test("17: a result that cannot be read for a moment is waited for, and nothing of its build is taken away")
    func unreadableResult() throws {
        try DaemonFixture.run { daemon in
            let gate = Gate()
            try FaultBuild.push(daemon, FaultBuild.buildspec("echo made > out", gate.command, artifacts: "out"))
            try gate.waitUntilReached()
            let folder = "\(daemon.home)/builds/\(try daemon.build().uuid)"
            func setDescriptors(_ limit: Int) throws {
                let words = ["--pid", String(try #require(daemon.pid)), "--nofile=\(limit):"]
                #expect(try Program.run("prlimit", words, environment: Program.path).status == 0)
            }
            // It has more than that already, and gets no further one.
            try setDescriptors(3)
            gate.open()
            try eventually("it says so") { daemon.log.contains("Build's folder cannot be read yet") }
            #expect(FileManager.default.fileExists(atPath: "\(folder)/artifacts/artifacts.zip"))
            try setDescriptors(1024)
            let build = try daemon.finished()
            #expect(build.buildStatus == "SUCCEEDED" && build.artifacts.sha256sum != nil, "\(build)")
        }
    }

    @Test("17: what a power cut has left of a log is not told twice when its build begins anew")
    func leftLog() throws {
        try DaemonFixture.run(jobs: 1) { daemon in
            let gate = Gate()
            let git = try FaultBuild.push(daemon, FaultBuild.buildspec(gate.command))
            try gate.waitUntilReached()
            try FaultBuild.push(git, FaultBuild.buildspec("echo second"))
            let folder = "\(daemon.home)/builds/\(try daemon.build("app#2").uuid)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data("left from before\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/log"))
            gate.open()
            let build = try daemon.finished("app#2")
            #expect(build.buildStatus == "SUCCEEDED")
            #expect(build.log.contains("second") && !build.log.contains("left from before"), "\(build.log)")
        }
    }

    // MARK: - Environments

    @Test("17: an environment's damaged file is named, never taken for none, and keeps nobody else from serving")
    func environments() throws {
        try DaemonFixture.run { daemon in
            for name in ["good", "bad"] {
                #expect(try daemon.nacre("env", "create", name).status == 0)
            }
            let folder = "\(daemon.home)/environments/bad"
            for (file, words) in [
                ("environment.json", ["env", "show", "bad"]), ("desired.json", ["env", "show", "bad"]),
            ] {
                let path = "\(folder)/\(file)"
                let kept = FileManager.default.contents(atPath: path)
                for text in ["", "{\"name\": ", "\u{0}\u{0}\u{0}"] {
                    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
                    let shown = try Program.run(
                        Program.product("nacre"),
                        words,
                        environment: Program.path.merging(["NACRE_HOME": daemon.home]) { $1 }
                    )
                    #expect(shown.status != 0 && shown.errors.contains(path), "\(shown)")
                    #expect(shown.errors.contains("Restore it from a backup"), "\(shown)")
                    #expect(FileManager.default.contents(atPath: path) == Data(text.utf8))
                    #expect(try daemon.nacre("env", "show", "good").status == 0)
                }
                let seen = try daemon.nacre("doctor", "--quiet")
                #expect(seen.status == 1 && seen.output.contains("problem environment: \(path)"), "\(seen)")
                if file == "desired.json" {
                    try eventually("the daemon says so") { daemon.log.contains(path) }
                }
                if let kept {
                    try kept.write(to: URL(fileURLWithPath: path))
                } else {
                    try FileManager.default.removeItem(atPath: path)
                }
            }
            #expect(try daemon.nacre("env", "show", "bad").status == 0)
        }
    }

    @Test("17: an environment whose state was damaged serves on; the damaged file is kept and the loss is told")
    func environmentState() throws {
        try DaemonFixture.run { daemon in
            let scene = try PipelineScene(daemon, [("Deploy", [Definition.deploy("Serve", environment: "stage")])])
            defer { _ = try? daemon.nacre("env", "stop", "stage") }
            try scene.git.write(
                "Procfile",
                "web: python3 -m http.server --bind 127.0.0.1 $PORT\n"
            )
            try scene.push(1)
            #expect(try daemon.over("line/1").status == "Succeeded")
            let text = try daemon.nacre("env", "list").output
            let address = try #require(text.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("http://") })
            let folder = "\(daemon.home)/environments/stage"
            let lock = try String(contentsOfFile: "\(folder)/lock", encoding: .utf8)
            let pid = try #require(lock.split(separator: "\n").first.flatMap { Int32($0) })
            kill(pid, SIGKILL)
            let damaged = try FileDamage.half.spoil("\(folder)/state.json")
            try eventually("it serves again") {
                let got = try Program.run(
                    "curl",
                    ["-s", "--max-time", "20", "\(address)/number"],
                    environment: Program.path
                )
                return got.output == "1\n"
            }
            #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/state.json.damaged")) == damaged)
            let shown = try daemon.nacre("env", "show", "stage").output
            #expect(shown.contains("state.json is damaged"), "\(shown)")
        }
    }

    // MARK: - The hook

    @Test("17: a damaged hook is named and left as it is, the daemon starts, and pushes are seen all the same")
    func hook() throws {
        try DaemonFixture.run { daemon in
            try build(daemon)
            try daemon.stop()
            let bare = "\(daemon.home)/repos/app.git"
            let path = "\(bare)/hooks/post-receive"
            let damaged = try FileDamage.half.spoil(path)
            try daemon.start()
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == damaged)
            let status = try daemon.nacre("hooks", "status", bare)
            #expect(!status.output.isEmpty && !status.output.contains("ours, current"), "\(status)")
            let git = try GitFixture(in: "\(ScratchDirectory.path)/second", pushingTo: bare)
            try git.write("buildspec.yml", "version: 0.2\nphases: {build: {commands: [echo again]}}\n")
            try git.commit()
            #expect(try git.push("HEAD:refs/heads/main", flags: ["-f"]).status == 0)
            try eventually("the push is built") { try daemon.builds().count == 2 }
            #expect(try daemon.finished().buildStatus == "SUCCEEDED")
        }
    }
}
