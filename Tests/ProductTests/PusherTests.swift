// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("What the pusher hears", .scratchDirectory, .timeLimit(.minutes(40)))
struct PusherTests {
    private func remote(_ result: Program.Result) -> [String] {
        result.errors.split(separator: "\n").filter { $0.hasPrefix("remote: ") }
            .map { $0.dropFirst(8).trimmingCharacters(in: .whitespaces) }
    }

    @Test("two lines: what was queued, and how to follow it")
    func queued() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            try git.write("buildspec.yml", BuildspecText.commands("true"))
            let commit = try git.commit()
            let result = try git.push("HEAD:main")
            #expect(
                remote(result)
                    == [
                        "nacre: queued app#1 (main at \(commit.prefix(8)))",
                        "nacre: follow with: nacre logs -f 'app#1'",
                    ]
            )
        }
    }

    @Test("errors of the pushed buildspec are told with line and column")
    func lint() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            try git.write("buildspec.yml", "version: 0.2\nphases:\n  built:\n    commands:\n      - true\n")
            try git.commit()
            let lines = remote(try git.push("HEAD:main"))
            #expect(lines.count == 3)
            #expect(lines.last?.hasPrefix("nacre: buildspec.yml:3:3: error: ") ?? false, "\(lines)")
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "FAILED")
            #expect(build.phase("DOWNLOAD_SOURCE")?.contexts?.first?.statusCode == "YAML_FILE_ERROR")
        }
    }

    @Test("a commit without a buildspec is told, and fails")
    func missing() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            try git.git("rm", "-q", "buildspec.yml")
            try git.commit()
            let lines = remote(try git.push("HEAD:main"))
            #expect(
                lines.last?.hasSuffix("error: there is no buildspec.yml at the top of the commit") ?? false,
                "\(lines)"
            )
            #expect(try daemon.finished("app#1").buildStatus == "FAILED")
        }
    }

    @Test("with nacre.wait the log streams, and the verdict is the last line", arguments: [0, 1])
    func wait(code: Int) throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            try git.write("buildspec.yml", BuildspecText.commands("echo 'äöü said'; exit \(code)"))
            try git.commit()
            let result = try git.push("HEAD:main", options: ["nacre.wait"])
            #expect(result.status == 0)
            let lines = remote(result)
            #expect(lines.contains("äöü said"))
            #expect(lines.last == "nacre: app#1 \(code == 0 ? "SUCCEEDED" : "FAILED")")
        }
    }

    @Test("with nacre.wait a daemon that stops is told, and the build goes on")
    func waitForStoppingDaemon() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            let gate = Gate()
            try git.write("buildspec.yml", BuildspecText.commands(gate.command))
            try git.commit()
            let push = try BackgroundProgram(
                "/usr/bin/git",
                ["-C", git.work, "push", "-o", "nacre.wait", "origin", "HEAD:main"],
                environment: GitFixture.environment,
                name: "push"
            )
            try gate.waitUntilReached()
            #expect(try daemon.stop() == 0)
            #expect(try push.wait() == 0)
            let lines = push.errors.split(separator: "\n").filter { $0.hasPrefix("remote: nacre:") }
            #expect(lines.last?.contains("app#1 goes on") ?? false, "\(push.errors)")
            gate.open()
            try daemon.start()
            #expect(try daemon.finished("app#1").buildStatus == "SUCCEEDED")
        }
    }

    @Test("nacre.skip builds nothing, now and after a restart")
    func skip() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            let lines = remote(try git.push("HEAD:main", "HEAD:model", options: ["nacre.skip"]))
            #expect(lines == ["nacre: skipped main, model, as nacre.skip asks"])
            try daemon.stop()
            try daemon.start()
            #expect(try daemon.builds().isEmpty)
        }
    }

    @Test("nacre.env sets variables, whatever their values hold")
    func environment() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            try git.write("buildspec.yml", BuildspecText.commands(#"printf '<%s>\n' "$WORD" "$OTHER""#))
            try git.commit()
            let value = #"a b=c "d" $(id) 'e' ü"#
            let options = ["nacre.env.WORD=\(value)", "nacre.env.OTHER=", "nacre.wait"]
            let lines = remote(try git.push("HEAD:main", options: options))
            #expect(lines.contains("<\(value)>"))
            #expect(lines.contains("<>"))
        }
    }

    @Test("an unknown option is told, and the push is built", arguments: ["nacre.wiat", "nacre.env.1A=x"])
    func unknownOption(option: String) throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            try git.write("buildspec.yml", BuildspecText.commands("true"))
            try git.commit()
            let lines = remote(try git.push("HEAD:main", options: [option, "ci.skip"]))
            #expect(lines.count == 3)
            #expect(lines.last?.contains(option.prefix { $0 != "=" }) ?? false, "\(lines)")
            #expect(try daemon.finished("app#1").buildStatus == "SUCCEEDED")
        }
    }

    @Test("42: control characters of a log do not reach the pusher's terminal as such")
    func controlCharacters() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            let print = #"printf 'a\033[31mred\033]0;title\007\tz\342\200\256\302\233b\200c\rd\n'"#
            try git.write("buildspec.yml", BuildspecText.commands(print))
            try git.commit("subject\u{1B}[2J")
            let result = try git.push("HEAD:main", options: ["nacre.wait"])
            #expect(result.errors.contains("a^[[31mred^[]0;title^G\tz\\u{202E}\\u{9B}b\u{FFFD}c"), "\(result.errors)")
            let isBad = result.errors.unicodeScalars.contains { scalar in
                (scalar.value < 0x20 && scalar != "\n" && scalar != "\t") || scalar == "\u{9B}" || scalar == "\u{202E}"
            }
            #expect(!isBad)
            // The log itself is as it was written.
            #expect(try daemon.finished("app#1").log.contains("a\u{1B}[31mred"))
        }
    }
}
