// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import TestSupport
import Testing

@testable import Builds

@Suite("What commands leave to each other", .scratchDirectory, .timeLimit(.minutes(40)))
struct ShellStateTests {
    @Test(
        "what a command makes of the files that it was given holds nobody up and reaches nothing else",
        arguments: ["mkfifo", "ln -s /dev/zero", "ln -s ../victim", "mkdir"]
    )
    func planted(command: String) throws {
        let victim = "\(ScratchDirectory.path)/victim"
        try AtomicFile.write(Array("victim".utf8), to: victim)
        let directory = "\(ScratchDirectory.path)/state"
        var state = try ShellState(directory: directory, workingDirectory: "/", keepsState: true)
        let script = try state.prepare("true")
        for name in ["env.new", "dir.txt", "script.sh", "read.sh", "step.sh"] {
            let code = unsafe system("rm -f '\(directory)/\(name)'; \(command) '\(directory)/\(name)'")
            #expect(code == 0)
        }
        let isSaved = try state.commandEnded()
        #expect(!isSaved)
        #expect(state.workingDirectory == "/")
        #expect(try state.prepare("echo again") == script)
        #expect(String(decoding: try ForeignFile.read(script, limit: 4096), as: UTF8.self).contains("echo again"))
        _ = try state.prepareSnapshot()
        _ = try state.prepareStep("true", lines: [], command: "sh {0}")
        #expect(!FileManager.default.fileExists(atPath: "\(directory)/env.new"))
        #expect(try ForeignFile.read(victim, limit: 10) == Array("victim".utf8))
    }

    @Test("a pipe in place of the variables is an error, and not waited for")
    func variables() throws {
        let directory = "\(ScratchDirectory.path)/state"
        let state = try ShellState(directory: directory, workingDirectory: "/", keepsState: true)
        let code = unsafe system("rm '\(directory)/env.sh'; mkfifo '\(directory)/env.sh'")
        #expect(code == 0)
        let error: FileError?
        do throws(FileError) {
            try state.override("A", "b")
            error = nil
        } catch let thrown {
            error = thrown
        }
        #expect(error?.isNoFile == true)
    }

    private func makeState() throws -> ShellState {
        try ShellState(
            directory: "\(ScratchDirectory.path)/state",
            workingDirectory: ScratchDirectory.path,
            keepsState: true
        )
    }

    /// Runs a command as a build does.
    /// - Returns: what it prints.
    private func run(_ command: String, _ shell: String, _ state: borrowing ShellState) throws -> String {
        let script = try state.prepare(command)
        return try Program.run(shell, [script], environment: Program.path, in: state.workingDirectory).output
    }

    /// What a command may set or define that reaches as far as the save.
    private static let settings = [
        "set -eC", "set -eu", "echo() { command echo \"[build] $*\"; }", "printf() { command printf 'mine '; }",
        "alias printf=false", "exec > elsewhere",
    ]

    @Test("variables and folder last, whatever a command sets or defines", arguments: ["sh", "bash"], settings)
    func saves(_ shell: String, _ setting: String) throws {
        var state = try makeState()
        for number in 1...2 {
            _ = try run("\(setting)\nNUMBER=\(number)\nmkdir -p inner\(number) && cd inner\(number)", shell, state)
            let isSaved = try state.commandEnded()
            #expect(isSaved)
        }
        #expect(state.workingDirectory == "\(ScratchDirectory.path)/inner1/inner2")
        #expect(try run("echo \"$NUMBER\"", shell, state) == "2\n")
    }

    @Test("a shell that is killed while it saves leaves what was before it, and is not taken for a full disk")
    func killed() throws {
        var state = try makeState()
        _ = try run("KEPT=yes", "bash", state)
        var isSaved = try state.commandEnded()
        #expect(isSaved)
        _ = try run("KEPT=no; export() { kill -KILL $$; }", "bash", state)
        isSaved = try state.commandEnded()
        #expect(!isSaved)
        #expect(try run("echo \"$KEPT\"; exit 0", "bash", state) == "yes\n")
        isSaved = try state.commandEnded()
        #expect(isSaved)
    }

    @Test("a folder that somebody else has put there is refused by name")
    func foreign() throws {
        let path = "\(ScratchDirectory.path)/state"
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/nonexistent")
        #expect(throws: FileError(code: EEXIST, function: "mkdir", path: path)) { _ = try makeState() }
    }
}
