// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Foundation
import Testing

@Suite("Completion")
struct CompletionTests {
    /// What bash itself offers for the last of some words.
    private func complete(_ words: [String]) throws -> [String] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        let script = SampleCommand.root.completionScript(for: .bash)
        process.arguments =
            [
                "--norc", "-c",
                "\(script)\nCOMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _nacre; printf '%s\\n' \"${COMPREPLY[@]}\"",
                "bash",
            ] + words
        process.currentDirectoryURL = URL(fileURLWithPath: "/usr")
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test(
        "bash completes verbs, options and values",
        .timeLimit(.minutes(40)),
        arguments: [
            (["nacre", ""], ["build", "repo", "lint"]),
            (["nacre", "re"], ["repo"]),
            (["nacre", "repo", ""], ["create", "remove"]),
            (["nacre", "--home", "/x", "repo", "c"], ["create"]),
            (["nacre", "repo", "create", "--b"], ["--branches"]),
            (["nacre", "repo", "create", "--ho"], ["--home"]),
            (["nacre", "build", "--format", ""], ["text", "json"]),
            (["nacre", "build", "--home", "li"], ["lib", "lib32", "lib64", "libexec"]),
            (["nacre", "build", "sha"], ["share"]),
            (["nacre", "repo", "create", ""], []),
        ] as [([String], [String])]
    )
    func bash(words: [String], expected: [String]) throws {
        let offered = try complete(words)
        let isPath = words.contains("li")
        #expect(
            isPath ? offered.contains("lib") && Set(offered).isSubset(of: expected + ["libx32"]) : offered == expected
        )
    }
}
