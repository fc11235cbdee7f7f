// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Fault 42: text that talks to terminals", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault42TerminalTests {
    /// Sets a title, clears the screen, fills the clipboard, turns the text round; `\u{9B}` is the one-byte form of `ESC [`.
    private static let weapon = "\u{1B}]0;owned\u{7}\u{1B}[2J\u{1B}]52;c;eA==\u{1B}\\\u{9B}31m\u{202E}\rover\u{8}\u{7F}"
    /// What of it git takes in the name of a branch.
    private static let branch = "b\u{9B}2J\u{202E}\u{200B}x"

    /// What a terminal has been sent that it would obey: everything but colours.
    private func obeyed(_ screen: String) -> [String] {
        let colors = /\u{1B}\[[0-9;:]*m/
        let text = screen.replacing(colors, with: "").replacingOccurrences(of: "\r\n", with: "\n")
        return IngestFixture.controls(in: text)
    }

    private func onTerminal(_ daemon: DaemonFixture, _ words: [String]) throws -> String {
        let environment = Program.path.merging(["NACRE_HOME": daemon.home]) { $1 }
        let program = try TerminalProgram(Program.product("nacre"), words, environment: environment)
        _ = try program.wait()
        return program.screen
    }

    private func check(_ daemon: DaemonFixture, _ all: [[String]], codes: Set<Int32> = [0]) throws {
        for words in all {
            let environment = Program.path.merging(["NACRE_HOME": daemon.home]) { $1 }
            let result = try Program.run(Program.product("nacre"), words, environment: environment)
            #expect(codes.contains(result.status), "\(words): \(result)")
            #expect(IngestFixture.controls(in: result.output + result.errors) == [], "\(words): \(result)")
        }
    }

    @Test("42: no verb passes control characters of a build on, nor does what the pusher hears")
    func builds() throws {
        try DaemonFixture.run { daemon in
            let git = try IngestFixture.repository(daemon, flags: ["--branches", "**"])
            // Names and texts from everywhere: a file, a variable, a report, the artifact's name, a failing command.
            let buildspec = #"""
                version: 0.2
                env: {exported-variables: [OUT]}
                phases:
                  build:
                    commands:
                      - export OUT="$WEAPON"
                      - printf '%s' x > "$WEAPON.txt"
                      - printf 'said %s\n' "$WEAPON"
                      - "echo '\e]0;command\a\u202E\x9B' && false"
                reports: {unit: {files: [unit.xml]}}
                artifacts: {files: ['*.txt']}

                """#
            try git.write("buildspec.yml", buildspec)
            let name = "adds &#x202E;&#x9B;31m"
            let failure = "<failure message=\"&#x202E;&#x200B;&#x85;\"/>"
            try git.write(
                "unit.xml",
                "<testsuite name=\"\(name)\"><testcase name=\"\(name)\">\(failure)</testcase></testsuite>"
            )
            try git.commit("subject \(Self.weapon)")
            let options = ["nacre.env.WEAPON=\(Self.weapon)", "nacre.\(Self.weapon)", "nacre.wait"]
            let pushed = try IngestFixture.push(git, ["HEAD:refs/heads/\(Self.branch)"], options: options)
            #expect(pushed.errors.contains("said ^[]0;owned^G"), "\(pushed.errors)")
            #expect(IngestFixture.controls(in: IngestFixture.remote(pushed)) == [])
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "FAILED" && build.sourceVersion == Self.branch)
            // The log itself is as it was written, and so is a copy of it.
            #expect(build.log.contains("said \(Self.weapon)\n"))
            #expect(try daemon.nacre("logs", "app#1").output == build.log)

            try check(
                daemon,
                [
                    ["list"], ["show", "app#1"], ["reports", "app#1"], ["artifacts", "list", "app#1"],
                    ["repo", "list"],
                    ["hooks", "status", "app"],
                ]
            )
            try check(daemon, [["watch", "app#1"]], codes: [1])
            try check(
                daemon,
                [
                    ["show", Self.weapon], ["logs", Self.weapon], ["stop", Self.weapon],
                    ["repo", "remove", Self.weapon],
                    ["artifacts", "list", Self.weapon], ["repo", "create", Self.weapon], ["list", Self.weapon],
                    [Self.weapon], ["list", "--\(Self.weapon)"], ["lint", Self.weapon],
                    ["pipeline", "show", Self.weapon], ["artifacts", "cat", "app#1", Self.weapon],
                ],
                codes: [2, 5]
            )
            for words in [["logs", "app#1"], ["list"], ["show", "app#1"], ["reports", "app#1"]] {
                let screen = try onTerminal(daemon, words)
                #expect(screen.contains("^[") || screen.contains("\\u{202E}"), "\(words): \(screen)")
                #expect(obeyed(screen) == [], "\(words): \(screen)")
            }
        }
    }

    @Test("42: colours of a log reach a terminal, and end with the log")
    func colors() throws {
        try DaemonFixture.run { daemon in
            let print = #"printf 'a\033[1;32mgreen\033[0m \033[31mred\033[2Jx\n'"#
            let git = try IngestFixture.repository(daemon, buildspec: IngestFixture.buildspec(print))
            let pushed = try git.push("HEAD:main", options: ["nacre.wait"])
            #expect(pushed.errors.contains("a^[[1;32mgreen^[[0m"), "\(pushed)")
            let screen = try onTerminal(daemon, ["logs", "-f", "app#1"])
            #expect(screen.contains("a\u{1B}[1;32mgreen\u{1B}[0m \u{1B}[31mred^[[2Jx\r\n"), "\(screen)")
            #expect(screen.hasSuffix("\u{1B}[0m"))
        }
    }

    @Test(
        "42: what is wrong with a buildspec is told without its control characters, at lint and at push",
        arguments: [#"b\e]0;x\a\u202E\x9B31m"#, "b\u{202E}\u{200B}", "b\u{9B}31m"]
    )
    func problems(key: String) throws {
        try DaemonFixture.run { daemon in
            let git = try IngestFixture.repository(daemon)
            try git.write("buildspec.yml", "version: 0.2\nphases:\n  \"\(key)\":\n    commands: ['\u{200B}\u{85}']\n")
            try git.commit()
            let pushed = try git.push("HEAD:main")
            #expect(pushed.errors.contains("buildspec.yml:3:"), "\(pushed)")
            #expect(IngestFixture.controls(in: IngestFixture.remote(pushed)) == [])
            let file = "\(git.work)/buildspec.yml"
            try check(daemon, [["lint", file]], codes: [3])
            let screen = try onTerminal(daemon, ["lint", file])
            #expect(screen.contains("buildspec.yml:3:") && obeyed(screen) == [], "\(screen)")
            #expect(try daemon.finished("app#1").buildStatus == "FAILED")
            try check(daemon, [["show", "app#1"], ["list"]])
        }
    }

    @Test("42: no verb passes control characters on to those who look at a pipeline and decide")
    func pipelines() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository(branches: "none")
            let output: Definition.Tree = [
                "outputArtifacts": [["name": "Made", "files": ["**/*.txt"]]], "outputVariables": ["OUT"],
                "namespace": "Work",
                "environmentVariables": [["name": "MESSAGE", "value": "#{SourceVariables.CommitMessage}"]],
            ]
            let ask: Definition.Tree = [
                "configuration": ["CustomData": "look: #{Work.OUT} #{SourceVariables.CommitMessage}"]
            ]
            try daemon.define(
                Definition(
                    "line",
                    [
                        ("Source", [Definition.source(branch: Self.branch)]),
                        (
                            "Build",
                            [Definition.commands("Make", [#"export OUT="$MESSAGE""#, #"touch "$OUT.txt""#], output)]
                        ),
                        ("Ask", [Definition.approval("Ask", ask)]),
                        (
                            "Fail",
                            [
                                Definition.commands(
                                    "Fail",
                                    [#"printf '%s\n' "$MESSAGE"; false"#],
                                    ["environmentVariables": [["name": "MESSAGE", "value": "#{Work.OUT}"]]]
                                )
                            ]
                        ),
                    ]
                )
            )
            let person = ["GIT_AUTHOR_NAME": "Eve \(Self.weapon) X", "GIT_AUTHOR_EMAIL": "e\u{202E}\u{9B}@example.org"]
            // One line, without the slash that no file name has.
            let message = "subject " + Self.weapon.replacingOccurrences(of: "/", with: "")
            let committed = try Program.run(
                "git",
                ["-C", git.work, "commit", "-q", "--allow-empty", "-m", message],
                environment: GitFixture.environment.merging(person) { $1 }
            )
            #expect(committed.status == 0)
            let pushed = try git.push("HEAD:refs/heads/\(Self.branch)")
            #expect(pushed.status == 0 && IngestFixture.controls(in: IngestFixture.remote(pushed)) == [], "\(pushed)")
            _ = try daemon.asks("line/1")
            let looks = [
                ["list", "-e"], ["show", "line/1"], ["pipeline", "list"], ["pipeline", "show", "line"],
                ["review", "line/1"],
                ["artifacts", "list", "line/1"], ["watch", "--until-approval", "line/1"],
            ]
            try check(daemon, looks)
            try check(daemon, [["approve", "line/1", "--comment", "yes \(Self.weapon)"]])
            #expect(try daemon.over("line/1").status == "Failed")
            try check(daemon, Array(looks.dropLast(3)) + [["list"]])
            try check(daemon, [["watch", "line/1"]], codes: [1])
            for words in looks.prefix(4) + [["logs", "line/1"]] {
                #expect(obeyed(try onTerminal(daemon, words)) == [], "\(words)")
            }
        }
    }
}
