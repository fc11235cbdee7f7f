// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("21: what a build leaves running", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault21LeftProcessesTests {
    private static let names = ["child", "session", "daemon", "blank", "far", "server"]

    /// Processes that get away in every way there is, one of them with a port.
    private static var commands: String {
        let file = FaultBuild.file
        let wait = "while :; do sleep 1000; done"
        return """
            sleep 1000 & echo $! > '\(file("child"))'
            setsid sh -c 'trap "" TERM HUP INT QUIT; echo $$ > "\(file("session"))"; \(wait)' &
            (setsid sh -c '(trap "" TERM; cd /; sh -c "echo \\$PPID" > "\(file("daemon"))"; \(wait)) &' \
            < /dev/null > /dev/null 2>&1 &)
            env -i /bin/sh -c 'echo $$ > "\(file("blank"))"; \(wait)' &
            (env -i /usr/bin/setsid /bin/sh -c 'cd /; echo $$ > "\(file("far"))"; \(wait)' > /dev/null 2>&1 &)
            python3 - > /dev/null 2>&1 <<'END' &
            import os, signal, socket
            if os.fork(): os._exit(0)
            os.setsid()
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            listener = socket.socket()
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            for name, number in ("port", listener.getsockname()[1]), ("server", os.getpid()):
                with open("\(ScratchDirectory.path)/" + name, "w") as file: file.write("%d\\n" % number)
            while True: signal.pause()
            END
            for name in \(names.joined(separator: " ")); do
            until [ -s "\(ScratchDirectory.path)/$name" ]; do sleep 0.02; done
            done
            """
    }

    @Test("21: a daemon that a command leaves behind is gone when the build ends, and its port is free")
    func leftBehind() throws {
        try DaemonFixture.run { daemon in
            try FaultBuild.push(daemon, FaultBuild.buildspec(Self.commands, "echo done"))
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "SUCCEEDED", "\(build.log)")
            try expectNothingLeft(daemon)
        }
    }

    @Test("21: so it is when the build is stopped, whatever its command ignores")
    func stopped() throws {
        try DaemonFixture.run { daemon in
            let gate = Gate()
            let stubborn = "trap '' TERM HUP INT\necho $$ > '\(FaultBuild.file("shell"))'\n\(gate.command)"
            try FaultBuild.push(daemon, FaultBuild.buildspec(Self.commands, stubborn))
            try gate.waitUntilReached()
            let shell = try FaultBuild.number("shell")
            #expect(try daemon.nacre("stop", "app#1").errors == "nacre: app#1 is being stopped\n")
            // Once more kills at once what would have ten seconds to end by itself.
            let start = ContinuousClock.now
            #expect(try daemon.nacre("stop", "app#1").status == 0)
            let build = try daemon.finished("app#1")
            #expect(ContinuousClock.now - start < .seconds(9))
            #expect(build.buildStatus == "STOPPED")
            #expect(build.statusReason?.hasPrefix("stopped by ") ?? false)
            #expect(!FaultBuild.lives(shell))
            try expectNothingLeft(daemon)
        }
    }

    @Test("21: a stop asks every process, also one whose shell has ended before it could hear of it")
    func asked() throws {
        try DaemonFixture.run { daemon in
            let program = """
                import os, signal
                def end(*_):
                    open("\(FaultBuild.file("asked"))", "w").close()
                    os._exit(0)
                signal.signal(signal.SIGTERM, end)
                open("\(FaultBuild.file("gate.reached"))", "w").close()
                while True: signal.pause()
                """
            try program.write(toFile: FaultBuild.file("program.py"), atomically: true, encoding: .utf8)
            let nested = "sh -c 'sh -c \"python3 \(FaultBuild.file("program.py")); true\"; true'; true"
            try FaultBuild.push(daemon, FaultBuild.buildspec(nested))
            try Gate().waitUntilReached()
            #expect(try daemon.nacre("stop", "app#1").status == 0)
            #expect(try daemon.finished("app#1").buildStatus == "STOPPED")
            #expect(FileManager.default.fileExists(atPath: FaultBuild.file("asked")))
        }
    }

    private func expectNothingLeft(_ daemon: DaemonFixture) throws {
        let left = try Self.names.filter { FaultBuild.lives(try FaultBuild.number($0)) }
        #expect(left == [])
        let bind = "import socket, sys; s = socket.socket(); s.bind(('127.0.0.1', int(sys.argv[1]))); s.listen()"
        let port = try FaultBuild.number("port")
        let result = try Program.run("python3", ["-c", bind, "\(port)"], environment: Program.path)
        #expect(result.status == 0, "\(result)")
        let pid = try #require(daemon.pid)
        try eventually("the daemon has no zombies") { FaultBuild.zombies(of: pid).isEmpty }
    }

    @Test("21: orphans that end are reaped while the build runs")
    func zombies() throws {
        try DaemonFixture.run { daemon in
            let gate = Gate()
            let orphans = """
                i=0
                while [ $i -lt 100 ]; do (true & exec true); (setsid true &); i=$((i + 1)); done
                """
            try FaultBuild.push(daemon, FaultBuild.buildspec(orphans, gate.command))
            try gate.waitUntilReached()
            let supervisor = try FaultBuild.supervisor(daemon)
            try eventually("the supervisor has no zombies") { FaultBuild.zombies(of: supervisor).isEmpty }
            gate.open()
            #expect(try daemon.finished("app#1").buildStatus == "SUCCEEDED")
        }
    }

    @Test("21: one that is somebody else again and again is caught in the end")
    func hopping() throws {
        try DaemonFixture.run { daemon in
            // Each one starts the next and ends; the word on the command line tells them from all others.
            let word = "hop-\(UUID().uuidString)"
            let hop = FaultBuild.file("hop.sh")
            try "setsid sh \"$0\" \(word) < /dev/null > /dev/null 2>&1 &\n"
                .write(toFile: hop, atomically: true, encoding: .utf8)
            try FaultBuild.push(daemon, FaultBuild.buildspec("sh '\(hop)' \(word)", "echo done"))
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "SUCCEEDED", "\(build)")
            #expect(Self.processes(word) == [])
        }
    }

    @Test("21: many that are somebody else again and again, faster than a program can start, are caught, too")
    func manyHopping() throws {
        try DaemonFixture.run { daemon in
            let word = "hop-\(UUID().uuidString)"
            let hop = """
                python3 -c '
                import os, sys
                for hopper in range(20):
                    if os.fork() == 0:
                        while os.fork() == 0: os.setsid()
                        os._exit(0)
                ' \(word) < /dev/null > /dev/null 2>&1
                """
            try FaultBuild.push(daemon, FaultBuild.buildspec(hop, "echo done"))
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "SUCCEEDED", "\(build)")
            #expect(Self.processes(word) == [])
        }
    }

    /// The numbers of processes with this word on their command lines.
    private static func processes(_ word: String) -> [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.filter { name in
            guard Int(name) != nil, let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") else {
                return false
            }
            return line.split(separator: 0).contains { String(decoding: $0, as: UTF8.self) == word }
        }
    }
}
