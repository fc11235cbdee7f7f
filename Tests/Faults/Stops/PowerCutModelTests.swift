// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite(
    "The power cut of the tests",
    .scratchDirectory,
    .timeLimit(.minutes(40)),
    .enabled(if: TracedDaemon.canTrace, "programs cannot be traced here (ptrace)")
)
struct PowerCutModelTests {
    /// Runs commands in an empty folder, and cuts the power where they make the file `stop`.
    /// - Returns: the files that are left, with what they hold.
    private func cut(_ manner: String, _ commands: String) throws -> [String: String] {
        let folder = "\(ScratchDirectory.path)/\(manner)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let options = ["--below", folder, "--report", "\(folder).report"]
        let point = StopPoint(.machine(cut: manner), 1, of: "sh/openat/stop")
        let script = "cd '\(folder)'; \(commands); : > stop"
        let result = try Program.run(
            TracedDaemon.tracer,
            options + point.options + ["/bin/sh", "-c", script],
            environment: Program.path
        )
        #expect(result.status == 128 + SIGKILL, "\(result)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        return try Dictionary(
            uniqueKeysWithValues: names.map { ($0, try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8)) }
        )
    }

    private static let commands = """
        printf one > kept; sync kept; sync .; printf two >> kept; mv kept moved; printf three > lost
        """

    @Test("it takes every byte and name that came after the last sync of its file and folder")
    func strict() throws {
        #expect(try cut("strict", Self.commands) == ["kept": "one"])
    }

    @Test("it takes the bytes and leaves the names")
    func data() throws {
        #expect(try cut("data", Self.commands) == ["moved": "one", "lost": ""])
    }

    @Test("what was synced stays, a name once its folder was, too")
    func synced() throws {
        #expect(try cut("strict", "\(Self.commands); sync moved; sync .") == ["moved": "onetwo", "lost": ""])
    }
}
