// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("The daemon's life", .scratchDirectory, .timeLimit(.minutes(40)))
struct DaemonLifeTests {
    /// Pushes a buildspec to `main` of a new repository.
    private func push(_ daemon: DaemonFixture, _ buildspec: String) throws -> GitFixture {
        let git = try daemon.createRepository()
        try git.write("buildspec.yml", buildspec)
        try git.commit()
        let result = try git.push("HEAD:main")
        guard result.status == 0 else { throw Program.Failure(description: "\(result)") }
        return git
    }

    /// The number that a build has written into a file of the scratch folder.
    private func process(_ name: String) throws -> Int32 {
        let path = "\(ScratchDirectory.path)/\(name)"
        var number: Int32?
        try eventually("\(path) holds a number") {
            let text = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
            number = text.hasSuffix("\n") ? Int32(text.dropLast()) : nil
            return number != nil
        }
        return number ?? 0
    }

    private func lives(_ pid: Int32) -> Bool {
        // A zombie has ended, too.
        guard let stat = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return false }
        return !String(decoding: stat, as: UTF8.self).contains(") Z ")
    }

    @Test("18: a second daemon on the same home ends at once and names the first")
    func second() throws {
        try DaemonFixture.run { daemon in
            let result = try Program.run(
                Program.product("nacre"),
                ["daemon", "--home", daemon.home],
                environment: Program.path,
                seconds: 30
            )
            #expect(result.status == 4)
            #expect(result.errors == "nacre: another daemon (process \(daemon.pid ?? 0)) runs on \(daemon.home)\n")
            #expect(try daemon.nacre("list").status == 0)
        }
    }

    @Test("13: a build outlives its daemon, and the next one takes it up without a gap", arguments: [SIGTERM, SIGKILL])
    func adopted(signal: Int32) throws {
        try DaemonFixture.run { daemon in
            let first = Gate("first")
            let second = Gate("second")
            let commands = BuildspecText.commands(
                "echo line one",
                first.command,
                "echo line two",
                second.command,
                "echo line three; echo made > out.txt",
                artifacts: "out.txt"
            )
            _ = try push(daemon, commands)
            try first.waitUntilReached()
            #expect(try daemon.stop(signal) == (signal == SIGTERM ? 0 : 128 + signal))
            first.open()
            try second.waitUntilReached()
            try daemon.start()
            #expect(try daemon.build("app#1").currentPhase == "BUILD")
            #expect(try daemon.build("app#1").buildStatus == "IN_PROGRESS")
            second.open()
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "SUCCEEDED")
            let lines = build.log.split(separator: "\n").filter { $0.hasPrefix("line ") }
            #expect(lines == ["line one", "line two", "line three"])
            #expect(try daemon.nacre("artifacts", "cat", "app#1", "out.txt").output == "made\n")
            #expect(try daemon.builds().count == 1)
        }
    }

    @Test("13: a build that ended while no daemon ran is collected")
    func collected() throws {
        try DaemonFixture.run { daemon in
            let gate = Gate()
            _ = try push(
                daemon,
                BuildspecText.commands(gate.command, "echo made > out.txt; exit 7", artifacts: "out.txt")
            )
            try gate.waitUntilReached()
            let uuid = try daemon.build("app#1").uuid
            try daemon.stop(SIGKILL)
            gate.open()
            try eventually("the build has ended") {
                FileManager.default.fileExists(atPath: "\(daemon.home)/builds/\(uuid)/result.json")
            }
            try daemon.start()
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "FAILED")
            #expect(build.phase("BUILD")?.contexts?.first?.message.hasSuffix("Reason: exit status 7") ?? false)
        }
    }

    @Test("waiting builds are begun by the next daemon, each once")
    func queued() throws {
        try DaemonFixture.run(jobs: 1) { daemon in
            let gate = Gate()
            let git = try push(daemon, BuildspecText.commands(gate.command))
            try gate.waitUntilReached()
            #expect(try git.push("HEAD:model").status == 0)
            try daemon.stop(SIGKILL)
            try daemon.start()
            #expect(try daemon.builds().map(\.currentPhase) == ["QUEUED", "BUILD"])
            gate.open()
            #expect(try daemon.finished("app#2").buildStatus == "SUCCEEDED")
            #expect(try daemon.builds().map(\.buildStatus) == ["SUCCEEDED", "SUCCEEDED"])
        }
    }

    @Test("14: a supervisor that is killed alone is a fault, and its processes are gone", arguments: [true, false])
    func supervisorLost(daemonRuns: Bool) throws {
        try DaemonFixture.run { daemon in
            let gate = Gate()
            let strays = """
                sleep 1000 & echo $! > '\(ScratchDirectory.path)/child'
                setsid sh -c 'echo $$ > "\(ScratchDirectory.path)/leader"; trap "" TERM; while :; do sleep 1000; done' &
                """
            _ = try push(daemon, BuildspecText.commands(strays, gate.command))
            try gate.waitUntilReached()
            let pids = [try process("child"), try process("leader")]
            #expect(pids.allSatisfy(lives))
            let uuid = try daemon.build("app#1").uuid
            let lock = FileManager.default.contents(atPath: "\(daemon.home)/builds/\(uuid)/lock") ?? Data()
            let supervisor = try #require(Int32(String(decoding: lock, as: UTF8.self).prefix { $0 != " " }))
            if !daemonRuns { try daemon.stop() }
            kill(supervisor, SIGKILL)
            if !daemonRuns { try daemon.start() }
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "FAULT")
            #expect(build.statusReason?.hasPrefix("supervisor lost") ?? false)
            #expect(pids.filter(lives) == [])
            #expect(try daemon.nacre("watch", "app#1").status == 4)
        }
    }

    @Test("with one slot the others wait, and say for what")
    func queue() throws {
        try DaemonFixture.run(jobs: 1) { daemon in
            let gate = Gate()
            let git = try push(daemon, BuildspecText.commands(gate.command))
            try gate.waitUntilReached()
            #expect(try git.push("HEAD:model").status == 0)
            try git.commit()
            #expect(try git.push("HEAD:main").status == 0)
            let builds = try daemon.builds()
            #expect(builds.map(\.currentPhase) == ["QUEUED", "QUEUED", "BUILD"])
            let reason = "waits for a free slot: the only slot is taken by app#1; "
            #expect(builds.map(\.statusReason) == ["\(reason)1 build is ahead of it", "\(reason)it is next", nil])
            #expect(try daemon.build("app#2").statusReason == "\(reason)it is next")
            #expect(try daemon.nacre("list").output.contains("the only slot is taken by app#1"))
            // 24: one that waits is stopped without ever having begun.
            #expect(try daemon.nacre("stop", "app#2").errors == "nacre: app#2 is stopped\n")
            let stopped = try daemon.build("app#2")
            #expect(stopped.buildStatus == "STOPPED" && stopped.statusReason?.hasPrefix("stopped by ") ?? false)
            #expect(try daemon.builds().first?.statusReason == "\(reason)it is next")
            gate.open()
            #expect(try daemon.finished("app#3").buildStatus == "SUCCEEDED")
            #expect(try daemon.build("app#2").buildStatus == "STOPPED")
            #expect(try daemon.nacre("stop", "app#3").status == 1)
        }
    }

    @Test("24, 21: a stopped build is gone with all of its processes, whatever they ignore")
    func stop() throws {
        try DaemonFixture.run { daemon in
            let scratch = ScratchDirectory.path
            let commands = BuildspecText.commands(
                """
                sleep 1000 & echo $! > '\(scratch)/child'
                (setsid sh -c 'trap "" TERM HUP INT; echo $$ > "\(scratch)/leader"; while :; do sleep 1000; done' &)
                env -i /bin/sh -c 'echo $$ > "\(scratch)/blank"; while :; do sleep 1000; done' &
                trap '' TERM
                echo $$ > '\(scratch)/shell'
                while :; do sleep 1000; done
                """
            )
            _ = try push(daemon, commands)
            let pids = try ["child", "leader", "blank", "shell"].map(process)
            #expect(pids.allSatisfy(lives))
            #expect(try daemon.nacre("stop", "app#1").errors == "nacre: app#1 is being stopped\n")
            // Once more kills at once what would have ten seconds to end by itself.
            #expect(try daemon.nacre("stop", "app#1").status == 0)
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "STOPPED")
            #expect(build.statusReason?.hasPrefix("stopped by ") ?? false)
            #expect(pids.filter(lives) == [])
        }
    }

    @Test("21: what a build leaves behind is gone when it has ended")
    func leftBehind() throws {
        try DaemonFixture.run { daemon in
            let scratch = ScratchDirectory.path
            let commands = BuildspecText.commands(
                """
                (setsid sh -c 'trap "" TERM; echo $$ > "\(scratch)/leader"; while :; do sleep 1000; done' > /dev/null 2>&1 &)
                until [ -s '\(scratch)/leader' ]; do sleep 0.02; done
                """
            )
            _ = try push(daemon, commands)
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "SUCCEEDED")
            #expect(try lives(process("leader")) == false)
        }
    }

    @Test("22: a child in the background that holds the output open does not hold up the build")
    func openOutput() throws {
        try DaemonFixture.run { daemon in
            _ = try push(daemon, BuildspecText.commands("sleep 1000 & echo started", "echo next; exec >&- 2>&-; true"))
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "SUCCEEDED")
            #expect(build.log.contains("\nstarted\n") && build.log.contains("\nnext\n"))
        }
    }

    @Test("30: the daemon's environment and descriptors do not reach a build")
    func inheritance() throws {
        let secrets = [
            "SECRET": "hush-hush", "NOTIFY_SOCKET": "/run/x", "LC_SPECIAL": "passed", "NACRE_HOME": "/nowhere",
        ]
        try DaemonFixture.run(environment: secrets) { daemon in
            let list = """
                env
                ls -l /proc/self/fd
                tr '\\0' '\\n' < /proc/$PPID/environ | sed 's/^/parent /'
                """
            _ = try push(daemon, BuildspecText.commands(list))
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "SUCCEEDED")
            #expect(!build.log.contains("hush-hush"))
            let names = build.log.split(separator: "\n").compactMap { $0.split(separator: "=").first }
            #expect(names.contains("CODEBUILD_BUILD_ID") && names.contains("LC_SPECIAL") && names.contains("HOME"))
            #expect(!names.contains { $0 == "NOTIFY_SOCKET" || $0.contains("NACRE") })
            let files = build.log.split(separator: "\n").filter { $0.contains(" -> ") }
                .map { $0.split(separator: " ").suffix(3).joined(separator: " ") }
            // The last one is the folder that `ls` itself reads.
            #expect(files.count == 4, "\(files)")
            #expect(files.first == "0 -> /dev/null")
        }
    }
}
