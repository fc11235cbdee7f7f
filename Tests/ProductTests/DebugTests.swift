// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Debugging", .scratchDirectory, .timeLimit(.minutes(40)))
struct DebugTests {
    private var home: String { "\(ScratchDirectory.path)/home" }
    private var tree: String { "\(ScratchDirectory.path)/tree" }
    private var environment: [String: String] { Program.path.merging(["NACRE_HOME": home]) { $1 } }

    private func write(_ buildspec: String) throws {
        try FileManager.default.createDirectory(atPath: tree, withIntermediateDirectories: true)
        try Data(buildspec.utf8).write(to: URL(fileURLWithPath: "\(tree)/buildspec.yml"))
    }

    private func nacre(_ arguments: String..., input: String = "") throws -> Program.Result {
        try Program.run(
            Program.product("nacre"),
            arguments,
            environment: environment,
            in: tree,
            input: Array(input.utf8)
        )
    }

    private func inTerminal(_ arguments: String...) throws -> TerminalProgram {
        try TerminalProgram(Program.product("nacre"), arguments, environment: environment, in: tree)
    }

    private var keptFolders: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(home)/local")) ?? []
        return names.filter { $0.count == 36 }.map { "\(home)/local/\($0)" }
    }

    private static let failing = """
        version: 0.2
        env:
          variables:
            GREETING: hello
        phases:
          pre_build:
            commands:
              - export MODEL=tree && mkdir -p out && cd out
              - echo once >> stamp
          build:
            commands:
              - echo building $MODEL
              - export SEEN=yes; false here
            finally:
              - echo finally
        """

    // MARK: - While it runs

    @Test("in a terminal, a failed command opens a shell there, with its variables, directory and history")
    func failedCommand() throws {
        try write(Self.failing)
        let program = try inTerminal("build", "--debug")
        try program.expect("Paused for debugging: run `nacre debug tree#1`")
        try program.expect("failed     export SEEN=yes; false here")
        try program.expect("(nacre tree#1 BUILD)")
        try program.type("echo \"<$GREETING $MODEL $SEEN ${PWD##*/} $CODEBUILD_BUILD_SUCCEEDING>\"\r")
        try program.expect("<hello tree yes out 0>")
        // The key for the last but one entry of the history.
        try program.type("\u{10}\u{10}\u{5} shown\r")
        try program.expect("false here shown")
        try program.type("exit\r")
        try program.expect("The build goes on")
        try program.expect("finally")
        try program.expect("`nacre debug` opens a shell where it failed")
        #expect(try program.wait() == 1)
    }

    @Test("a breakpoint holds the build until codebuild-resume, which ends the shell")
    func breakpoint() throws {
        try write(BuildspecText.commands("cd /usr", "HERE=now; codebuild-breakpoint; echo after the break"))
        let program = try inTerminal("build", "--debug")
        try program.expect("(nacre tree#1 BUILD)")
        try program.type("echo \"<$HERE $PWD>\"\r")
        try program.expect("<now /usr>")
        try program.type("codebuild-resume\r")
        try program.expect("the build goes on")
        try program.expect("after the break")
        try program.expect("SUCCEEDED")
        #expect(try program.wait() == 0)
    }

    @Test("a breakpoint is skipped while debugging is off")
    func noDebugging() throws {
        try write(BuildspecText.commands("codebuild-breakpoint && echo on"))
        let result = try nacre("build")
        #expect(result.status == 0)
        #expect(result.output.contains("codebuild-breakpoint: skipped, as debugging is off\non\n"), "\(result)")
    }

    @Test("without a terminal the shell reads a script, and the build goes on after it")
    func script() throws {
        try write(Self.failing)
        let result = try nacre("build", "--debug", input: "echo \"<$MODEL>\"; pwd\n")
        #expect(result.status == 1)
        #expect(result.output.contains("<tree>\n"), "\(result)")
        #expect(result.output.contains("/workspace/src/out\n"))
        #expect(result.output.contains("finally\n"))
    }

    @Test("a signal to nacre build ends the shell and the held build, and nothing of it stays")
    func stopped() throws {
        try write(BuildspecText.commands("sleep 1000 & codebuild-breakpoint"))
        let program = try inTerminal("build", "--debug")
        try program.expect("(nacre tree#1 BUILD)")
        program.signal(SIGTERM)
        try program.expect("STOPPED")
        #expect(try program.wait() == 130)
        #expect(keptFolders.isEmpty)
    }

    // MARK: - Afterwards

    @Test("a failed build's workspace is kept, and nacre debug opens a shell there")
    func afterwards() throws {
        try write(Self.failing)
        #expect(try nacre("build").status == 1)
        let result = try nacre("debug", input: "echo \"<$GREETING $MODEL $SEEN>\"; pwd; cat stamp; exit 7\n")
        #expect(result.status == 7)
        #expect(result.output.hasPrefix("<hello tree yes>\n"), "\(result)")
        #expect(result.output.hasSuffix("/workspace/src/out\nonce\n"))
        let program = try inTerminal("debug", "tree#1")
        try program.expect("failed     export SEEN=yes; false here")
        try program.expect("(nacre tree#1 BUILD)")
        try program.type("exit 3\r")
        #expect(try program.wait() == 3)
    }

    @Test("secrets are in the shells, and in no file of a kept build")
    func secrets() throws {
        let secret = "pa55-\(UUID().uuidString)"
        try write(
            """
            version: 0.2
            env:
              secrets-manager:
                TOKEN: service/token
            phases:
              build:
                commands:
                  - export URL="https://$TOKEN@host/" PLAIN=yes
                  - false
            """
        )
        #expect(try nacre("secret", "put", "service/token", "--value", "-", input: secret).status == 0)
        let held = try nacre("build", "--debug", input: "test \"$URL\" = \"https://$TOKEN@host/\" && echo ${#TOKEN}\n")
        #expect(held.output.contains("\n\(secret.count)\n"), "\(held)")
        let result = try nacre("debug", input: "echo \"<$PLAIN ${#TOKEN} ${#URL}>\"\n")
        #expect(result.output == "<yes \(secret.count) 0>\n", "\(result)")
        let found = try Program.run("grep", ["-rlF", secret] + keptFolders)
        #expect(found.output.isEmpty, "\(found)")
        #expect(keptFolders.count == 1)
    }

    @Test("at most three failed builds of a project are kept, the newest")
    func bounds() throws {
        try write(BuildspecText.commands("false"))
        for _ in 1...4 { #expect(try nacre("build").status == 1) }
        #expect(keptFolders.count == 3)
        #expect(try nacre("debug", "tree#1").status == 9)
        #expect(try nacre("debug", "tree#4", input: "exit 0\n").status == 0)
    }

    @Test("a build that succeeded leaves nothing, and there is nothing to debug")
    func succeeded() throws {
        try write(BuildspecText.commands("true"))
        #expect(try nacre("build").status == 0)
        #expect(keptFolders.isEmpty)
        let result = try nacre("debug")
        #expect(result.status == 5)
        #expect(result.errors.contains("no failed build of"), "\(result)")
    }

    // MARK: - Again from a phase

    @Test("--from runs a phase again with what the phases before it have left")
    func again() throws {
        try write(Self.failing)
        #expect(try nacre("build").status == 1)
        try write(Self.failing.replacing("false here", with: "cat stamp; echo \"<$MODEL $GREETING>\""))
        let result = try nacre("build", "--from", "build", "-e", "GREETING=bye")
        #expect(result.status == 0, "\(result)")
        // Once: PRE_BUILD has not run again.
        #expect(result.output.contains("\nonce\n<tree bye>\n"), "\(result)")
        #expect(!result.output.contains("once\nonce"))
        #expect(result.errors.contains("changed since tree#1 and copied: buildspec.yml"))
        #expect(result.errors.contains("tree#2 SUCCEEDED"))
        #expect(keptFolders.isEmpty)
    }

    @Test("--from is refused for a phase that the build did not come to, and where no workspace is kept")
    func notAgain() throws {
        try write(Self.failing)
        #expect(try nacre("build", "--from", "build").errors.contains("no workspace of an earlier build"))
        #expect(try nacre("build").status == 1)
        try write(BuildspecText.commands("true"))
        #expect(try nacre("build", "--from", "build").status == 0)
        try write(
            "version: 0.2\nphases:\n  pre_build:\n    commands: ['false']\n  build:\n    commands: ['true']\n"
        )
        #expect(try nacre("build").status == 1)
        let result = try nacre("build", "--from", "build")
        #expect(result.status == 2)
        let reason = "did not come to build; it can be run again from install, pre_build"
        #expect(result.errors.contains(reason), "\(result)")
    }

    @Test("a kept build that succeeded can be run again from a phase, as often as wanted")
    func keptSuccess() throws {
        try write(BuildspecText.commands("echo x >> count; cat count"))
        #expect(try nacre("build", "--keep").status == 0)
        #expect(try nacre("build", "--keep", "--from", "build").output.contains("\nx\nx\n"))
        #expect(try nacre("build", "--keep", "--from", "build").output.contains("\nx\nx\nx\n"))
    }

    // MARK: - The daemon's builds

    @Test("a pushed build is held by nacre.debug, lets a shell in, and its workspace is kept when it has failed")
    func pushed() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            try git.write("buildspec.yml", BuildspecText.commands("WHERE=daemon", "false"))
            try git.commit()
            let push = try git.push("main", options: ["nacre.debug"])
            #expect(push.status == 0, "\(push)")
            try eventually("the build is held") {
                try daemon.nacre("logs", "latest").output.contains("Paused for debugging")
            }
            let shell = try daemon.debug("latest", input: "echo \"<$WHERE>\"; exit 4\n")
            #expect(shell.output == "<daemon>\n")
            #expect(shell.status == 4)
            #expect(shell.errors.contains("is still held"), "\(shell)")
            #expect(try daemon.nacre("debug", "latest", "--resume").status == 0)
            #expect(try daemon.finished().buildStatus == "FAILED")
            let again = try daemon.debug("latest", input: "echo \"<$WHERE>\"\n")
            #expect(again.output == "<daemon>\n", "\(again)")
        }
    }

    @Test("a daemon's build without debugging lets nobody in")
    func pushedWithout() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            try git.write("buildspec.yml", BuildspecText.commands("sleep 1000"))
            try git.commit()
            #expect(try git.push("main").status == 0)
            try eventually("the build runs") {
                try daemon.nacre("logs", "latest").output.contains("Running command sleep")
            }
            let result = try daemon.nacre("debug", "latest")
            #expect(result.errors.contains("debugging is off for this build"), "\(result)")
        }
    }
}

extension DaemonFixture {
    /// Runs `nacre debug` with a script as its input.
    fileprivate func debug(_ build: String, input: String) throws -> Program.Result {
        try Program.run(
            Program.product("nacre"),
            ["debug", build],
            environment: Program.path.merging(["NACRE_HOME": home]) { $1 },
            input: Array(input.utf8)
        )
    }
}
