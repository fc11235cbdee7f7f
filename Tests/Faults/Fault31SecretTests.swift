// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("31: secrets", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault31SecretTests {
    private static let password = "hunter2-Kaffeetasse&Co"
    private static let pem = """
        -----BEGIN PRIVATE KEY-----
        MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj
        MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu
        -----END PRIVATE KEY-----
        """
    /// Parts of the values that are in no file and no output, in the spellings that a search finds.
    private static let traces = [
        "hunter2-Kaffee", "tasse&Co", "MIIEvQIBADANBgkq", "MzEfYyjiWA4R4", "aHVudGVyMi1LYWZmZ", "dW50ZXIyLUthZmZlZX",
    ]
    private static let head = """
        env:
          parameter-store:
            PASSWORD: /app/password
            PIN: /app/pin
          secrets-manager:
            KEY: app/key

        """

    private func prepare(_ daemon: DaemonFixture) throws {
        for (verb, name, value) in [
            ("parameter", "/app/password", Self.password), ("parameter", "/app/pin", "42"),
            ("secret", "app/key", Self.pem),
        ] {
            let result = try Program.run(
                Program.product("nacre"),
                [verb, "put", name, "--value", "-"],
                environment: Program.path.merging(["NACRE_HOME": daemon.home]) { $1 },
                input: Array(value.utf8)
            )
            #expect(result.status == 0, "\(result)")
        }
    }

    private func expectNoTrace(in text: String, _ place: String) {
        #expect(Self.traces.filter { text.contains($0) } == [], "in \(place)")
    }

    /// The files below a folder that hold a part of a value.
    private func leaks(below folder: String) -> [String] {
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return names.filter { name in
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else { return false }
            return Self.traces.contains { data.range(of: Data($0.utf8)) != nil }
        }
    }

    @Test("31: however a command writes a value, it is not in the log; one of two characters is warned of")
    func log() throws {
        try DaemonFixture.run { daemon in
            try prepare(daemon)
            let commands = """
                first=$(printf %s "$PASSWORD" | cut -c1-7); rest=$(printf %s "$PASSWORD" | cut -c8-)
                printf 'split '; printf %s "$first"; sleep 0.2; printf '%s\\n' "$rest"
                printf 'one by one '; (printf %s "$PASSWORD" | fold -w 1; echo) | while read -r c; do printf %s "$c"; sleep 0.005; done; echo
                printf %s "$PASSWORD" | base64
                printf 'ada:%s' "$PASSWORD" | base64
                echo "https://ada:$PASSWORD@example.org/"
                echo "$KEY"; printf %s "$KEY" | base64 -w0; echo
                echo "$KEY" | while read -r line; do echo "line: $line"; sleep 0.01; done
                echo "error: $PASSWORD" >&2
                set -x; : "$PASSWORD"; set +x
                unset first rest
                python3 -c 'import json, os; print(json.dumps(dict(os.environ)))'
                echo "the pin is $PIN"
                """
            try FaultBuild.push(daemon, FaultBuild.buildspec(commands, head: Self.head))
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "SUCCEEDED", "\(build.log)")
            expectNoTrace(in: build.log, build.log)
            #expect(build.log.contains("split ***\n") && build.log.contains("one by one ***\n"), "\(build.log)")
            #expect(build.log.contains("error: ***\n"))
            #expect(build.log.contains("Warning: PIN is too short (2 characters) to be hidden in the log\n"))
            #expect(build.log.contains("\nthe pin is 42\n"))
            let followed = try daemon.nacre("logs", "-f", "app#1").output
            #expect(followed == build.log)
        }
    }

    @Test("31: a value that one in the background writes while a command ends is not in the log, not even half of it")
    func background() throws {
        try DaemonFixture.run { daemon in
            try prepare(daemon)
            let first = Gate("first")
            let writer = """
                first=$(printf %s "$PASSWORD" | cut -c1-11); rest=$(printf %s "$PASSWORD" | cut -c12-)
                (printf 'in halves %s' "$first"
                \(first.command)
                printf '%s\\n' "$rest"; : > '\(FaultBuild.file("written"))') &
                until [ -e '\(FaultBuild.file("first.reached"))' ]; do sleep 0.02; done
                unset first rest
                """
            let reader = "until [ -e '\(FaultBuild.file("written"))' ]; do sleep 0.02; done"
            let begin = ": > '\(FaultBuild.file("first.open"))'"
            try FaultBuild.push(daemon, FaultBuild.buildspec(writer, begin, reader, head: Self.head))
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "SUCCEEDED", "\(build.log)")
            #expect(build.log.contains("in halves ***"), "\(build.log)")
            #expect(!build.log.contains(Self.password.prefix(11)) && !build.log.contains(Self.password.dropFirst(11)))
        }
    }

    @Test(
        "31: a value is on no command line, in no file of the home and in no error text, while the build runs or afterwards"
    )
    func places() throws {
        try DaemonFixture.run { daemon in
            try prepare(daemon)
            let gate = Gate()
            let failing = "sh -c 'echo \"cannot log in with $PASSWORD\" >&2; exit 5'"
            try FaultBuild.push(
                daemon,
                FaultBuild.buildspec("export COPY=\"$PASSWORD\"", gate.command, failing, head: Self.head)
            )
            try gate.waitUntilReached()
            let lines = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { Int($0) != nil }
                .compactMap { FileManager.default.contents(atPath: "/proc/\($0)/cmdline") }
            for line in lines { expectNoTrace(in: String(decoding: line, as: UTF8.self), "a command line") }
            #expect(leaks(below: daemon.home) == [])
            let supervisor = try FaultBuild.supervisor(daemon)
            for pid in [supervisor, try #require(daemon.pid)] {
                let environment = FileManager.default.contents(atPath: "/proc/\(pid)/environ") ?? Data()
                expectNoTrace(in: String(decoding: environment, as: UTF8.self), "the environment of \(pid)")
            }
            gate.open()
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "FAILED")
            expectNoTrace(in: try daemon.nacre("show", "app#1", "--json").output, "the Build object")
            expectNoTrace(in: try daemon.nacre("show", "app#1").output, "nacre show")
            expectNoTrace(in: daemon.log, "the daemon's log")
            #expect(leaks(below: daemon.home) == [])
            let state = "/dev/shm/nacre-\(build.uuid)"
            #expect(!FileManager.default.fileExists(atPath: state))
        }
    }

    @Test("31: a value that a buildspec spells out itself is not in the failure's message")
    func message() throws {
        try DaemonFixture.run { daemon in
            try prepare(daemon)
            let literal = "test '\(Self.password)' = other"
            try FaultBuild.push(daemon, FaultBuild.buildspec(literal, head: Self.head))
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "FAILED")
            let message = build.phase("BUILD")?.contexts?.first?.message
            #expect(message == "Error while executing command: test '***' = other. Reason: exit status 1")
            expectNoTrace(in: build.log, "the log")
            let folder = FaultBuild.folder(daemon, build)
            for name in ["events.jsonl", "result.json", "request.json"] {
                let data = FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data()
                #expect(!data.isEmpty)
                expectNoTrace(in: String(decoding: data, as: UTF8.self), name)
            }
        }
    }

    @Test("31: a process that crashes with a value in its memory leaves no core: command, supervisor nor daemon")
    func core() throws {
        try DaemonFixture.run { daemon in
            try prepare(daemon)
            try daemon.stop()
            // As on a machine that collects cores.
            let other = try BackgroundProgram(
                "/bin/sh",
                [
                    "-c",
                    "ulimit -c unlimited || ulimit -Sc \"$(ulimit -Hc)\"; exec \"$0\" daemon --home home --jobs 1",
                    Program.product("nacre"),
                ],
                environment: Program.path,
                in: ScratchDirectory.path,
                name: "other"
            )
            try eventually("it is ready; \(other.errors)") { other.errors.contains("Daemon is ready") }
            let gate = Gate()
            let crash =
                "echo \"size $(ulimit -Sc)\"; sh -c 'kill -SEGV $$'; ls -A | sed -n 's/^core/a file core/p'; true"
            try FaultBuild.push(daemon, FaultBuild.buildspec(crash, gate.command, head: Self.head))
            try gate.waitUntilReached()
            // A limit of one byte holds for the programs, too, that a machine hands its cores to: core(5).
            for pid in [other.pid, try FaultBuild.supervisor(daemon)] {
                #expect(["0", "1"].contains(try coreLimit(of: pid)))
            }
            gate.open()
            let build = try daemon.finished("app#1")
            #expect(build.log.contains("\nsize 0\n") && !build.log.contains("\na file core"), "\(build.log)")
            other.signal(SIGTERM)
            #expect(try other.wait() == 0)
        }
    }

    @Test("31: nor does `nacre build`, which looks the values up itself")
    func localCore() throws {
        try DaemonFixture.run { daemon in
            try prepare(daemon)
            let gate = Gate()
            let tree = FaultBuild.file("tree")
            try FileManager.default.createDirectory(atPath: tree, withIntermediateDirectories: true)
            try FaultBuild.buildspec(gate.command, head: Self.head)
                .write(toFile: "\(tree)/buildspec.yml", atomically: true, encoding: .utf8)
            let build = try BackgroundProgram(
                "/bin/sh",
                ["-c", "ulimit -Sc \"$(ulimit -Hc)\"; exec \"$0\" build tree", Program.product("nacre")],
                environment: Program.path.merging(["NACRE_HOME": daemon.home]) { $1 },
                in: ScratchDirectory.path,
                name: "build"
            )
            try gate.waitUntilReached()
            #expect(["0", "1"].contains(try coreLimit(of: build.pid)))
            gate.open()
            #expect(try build.wait() == 0)
        }
    }

    /// The soft limit of the cores that a process leaves.
    private func coreLimit(of pid: Int32) throws -> String {
        let name = "Max core file size"
        let lines = try String(contentsOfFile: "/proc/\(pid)/limits", encoding: .utf8).split(separator: "\n")
        let line = try #require(lines.first { $0.hasPrefix(name) })
        return String(try #require(line.dropFirst(name.count).split(separator: " ").first))
    }
}
