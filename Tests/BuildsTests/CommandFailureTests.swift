// SPDX-License-Identifier: Apache-2.0

import Foundation
import Processes
import TestSupport
import Testing

@testable import Builds

@Suite("A failed command", .scratchDirectory)
struct CommandFailureTests {
    /// A command that wrote `output` to a log in which something stands before and behind it.
    private func failure(
        _ status: Processes.ExitStatus = .exited(2),
        output: String = "",
        note: String? = nil
    ) throws -> CommandFailure {
        let before = "output of an earlier command\n"
        let log = "\(ScratchDirectory.path)/log"
        try Data((before + output + "a later line\n").utf8).write(to: URL(fileURLWithPath: log))
        let start = before.utf8.count
        return CommandFailure(
            command: "make all",
            status: status,
            log: log,
            output: start..<start + output.utf8.count,
            note: note
        )
    }

    @Test("it is told in AWS's words")
    func words() throws {
        let failure = try failure(.exited(7))
        #expect(failure.logLine == "Command did not exit successfully make all exit status 7")
        #expect(failure.context.statusCode == "COMMAND_EXECUTION_ERROR")
        #expect(failure.context.message == "Error while executing command: make all. Reason: exit status 7")
        #expect(try self.failure(.signaled(9)).context.message.hasSuffix("Reason: exit status 137"))
    }

    @Test(
        "a pattern is looked for in the message and in each line of its output",
        arguments: [
            ("exit status 2", true), ("^Error while", true), (".*make all.*", true), ("status 3", false),
            ("timed out", true), ("^db: .*out$", true), ("invalid+", true), ("(?i)TIMED OUT", true),
            ("TIMED OUT", false), ("timed out.*invaliddd", false), ("earlier command", false),
            ("a later line", false), ("[", false), ("second|third", true),
        ]
    )
    func matching(pattern: String, isFound: Bool) throws {
        let failure = try failure(output: "first\ndb: timed out\nsecond is invaliddd\n")
        #expect(try failure.matches(pattern) == (isFound ? .found : .notFound))
    }

    @Test("of a long output the end is searched, and of a long line the beginning")
    func limits() throws {
        let filler = String(repeating: "filler line of no interest\n", count: 4000)
        #expect(try failure(output: "needle\n" + filler).matches("needle") == .notFound)
        #expect(try failure(output: filler + "needle\n").matches("needle") == .found)
        let long = String(repeating: "x", count: 5000)
        #expect(try failure(output: "\(long)needle\n").matches("needle") == .notFound)
        #expect(try failure(output: "needle\(long)\n").matches("needle") == .found)
    }

    @Test("a pattern that would take for ever is given up")
    func catastrophe() throws {
        // A second or so: the thread that was given up goes on as long.
        let line = String(repeating: "a", count: 21) + "b\n"
        #expect(try failure(output: line).matches("(a+)+$", within: 10) == .tookTooLong)
    }

    @Test("without its log, the message alone is searched")
    func noLog() throws {
        let failure = CommandFailure(command: "a", status: .exited(1), log: "/nonexistent/log", output: 0..<10)
        #expect(try failure.matches("exit status 1") == .found)
        #expect(try failure.matches("b") == .notFound)
    }

    @Test(
        "a reason is given where the number says too little",
        arguments: [
            (Processes.ExitStatus.exited(1), nil, nil), (.exited(127), nil, nil), (.exited(255), nil, nil),
            (.exited(1), "the memory ran out", "The command failed: the memory ran out"),
            (.signaled(15), nil, "The command was killed by signal 15 (SIGTERM)"),
            (
                .signaled(9), nil,
                "The command was killed by signal 9 (SIGKILL): often because the machine is out of memory"
            ),
            (
                .exited(137), nil,
                "Exit status 137 tells of a command killed by signal 9 (SIGKILL): often because the machine is out of memory"
            ),
            (.exited(137), "over 2 GB", "The command was killed by signal 9 (SIGKILL): over 2 GB"),
        ] as [(Processes.ExitStatus, String?, String?)]
    )
    func explanation(status: Processes.ExitStatus, note: String?, text: String?) throws {
        #expect(try failure(status, note: note).explanation == text)
    }
}
