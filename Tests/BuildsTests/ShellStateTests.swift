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
        try state.commandEnded()
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
}
