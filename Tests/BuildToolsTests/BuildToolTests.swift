// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import TestSupport
import Testing

@testable import BuildTools

@Suite("Tools of builds", .scratchDirectory)
struct BuildToolTests {
    private final class Capture: Sendable {
        let texts = Mutex((result: "", complaint: ""))
        var output: ToolOutput {
            ToolOutput(
                result: { text in self.texts.withLock { $0.result += text } },
                complaint: { text in self.texts.withLock { $0.complaint += text } }
            )
        }
        var result: String { texts.withLock { $0.result } }
        var complaint: String { texts.withLock { $0.complaint } }
    }

    private func write(_ files: [String: String]) throws {
        for (path, text) in files {
            let url = URL(fileURLWithPath: "\(ScratchDirectory.path)/\(path)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: url)
        }
    }

    private func hash(_ patterns: String...) throws -> String {
        let capture = Capture()
        try HashFiles.run(patterns, capture.output, in: ScratchDirectory.path)
        return capture.result
    }

    @Test("another name is no tool")
    func names() {
        #expect(BuildTool.run(named: "/usr/bin/nacre-supervisor", []) == nil)
        #expect(BuildTool.run(named: "codebuild-hash-file", []) == nil)
    }

    @Test("a sum depends on names and contents, not on the order of the patterns")
    func hashes() throws {
        try write(["a.lock": "one", "sub/b.lock": "two"])
        let both = try hash("**/*.lock")
        #expect(both.count == 65 && both.last == "\n")
        #expect(try hash("sub/b.lock", "a.lock", "*.lock") == both)
        #expect(try hash("a.lock") != both)
        try write(["a.lock": "other"])
        #expect(try hash("**/*.lock") != both)
        try write(["a.lock": "two", "sub/b.lock": "one"])
        #expect(try hash("**/*.lock") != both)
    }

    @Test("a pattern that matches nothing is an error, as an empty sum would break keys silently")
    func hashOfNothing() throws {
        #expect(throws: ToolFailure("no files match *.none")) { try hash("*.none") }
        #expect(throws: ToolFailure.usage("a pattern is missing")) { try hash() }
    }

    @Test("the search prints relative names, sorted, each once")
    func search() throws {
        try write(["tests/b_test.py": "", "tests/a_test.py": "", "c_test.py": "", "other.py": ""])
        let capture = Capture()
        try GlobSearch.run(["**/*_test.py", "tests/*"], capture.output, in: ScratchDirectory.path)
        #expect(capture.result == "c_test.py\ntests/a_test.py\ntests/b_test.py\n")
        try GlobSearch.run(["*.none"], capture.output, in: ScratchDirectory.path)
        #expect(capture.complaint == "codebuild-glob-search: no files match *.none\n")
    }

    @Test(
        "shards of equal distribution are contiguous, differ by one at most, and cover all",
        arguments: [(0, 3), (1, 3), (7, 3), (9, 3), (10, 4), (5, 1)]
    )
    func equalDistribution(_ count: Int, _ total: Int) {
        let files = (0..<count).map { "test_\(100 + $0).py" }
        let shards = (0..<total).map {
            ShardingStrategy.equalDistribution.files(files.shuffled(), shard: $0, of: total)
        }
        #expect(shards.flatMap { $0 } == files)
        let sizes = shards.map(\.count)
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    }

    @Test("with stability a file stays in its shard when others come, and moves to a new shard only")
    func stability() {
        let files = (0..<200).map { "tests/test_\($0).py" }
        func shards(_ files: [String], _ total: Int) -> [String: Int] {
            var result: [String: Int] = [:]
            for shard in 0..<total {
                for file in ShardingStrategy.stability.files(files, shard: shard, of: total) { result[file] = shard }
            }
            return result
        }
        let before = shards(files, 4)
        #expect(before.count == 200)
        #expect(Set(before.values) == [0, 1, 2, 3])
        let after = shards(files + ["tests/new.py"], 4)
        #expect(files.allSatisfy { before[$0] == after[$0] })
        let wider = shards(files, 5)
        #expect(files.allSatisfy { wider[$0] == before[$0] || wider[$0] == 4 })
    }

    @Test(
        "files follow the test command, unless it takes them from the variable",
        arguments: [
            ("npx jest --ci", "npx jest --ci \"$@\""),
            ("pytest\n", "pytest \"$@\""),
            (
                "mvn -Dtest=$(echo \"$CODEBUILD_CURRENT_SHARD_FILES\")",
                "mvn -Dtest=$(echo \"$CODEBUILD_CURRENT_SHARD_FILES\")"
            ),
        ]
    )
    func commands(_ command: String, _ script: String) {
        #expect(TestsRun.script(for: command) == script)
    }

    @Test("each tool gets a link to the program itself")
    func links() throws {
        try BuildTool.installLinks(into: ScratchDirectory.path, others: ["codebuild-breakpoint"])
        let names = try FileManager.default.contentsOfDirectory(atPath: ScratchDirectory.path).sorted()
        #expect(
            names == [
                "codebuild-breakpoint", "codebuild-glob-search", "codebuild-hash-files", "codebuild-tests-run",
                "codedeploy-event",
            ]
        )
        try BuildTool.installLinks(into: ScratchDirectory.path)
    }
}
