// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("nacre build --batch", .scratchDirectory, .timeLimit(.minutes(40)))
struct LocalBatchTests {
    private func write(_ files: [String: String]) throws {
        for (path, text) in files {
            let file = "\(ScratchDirectory.path)/tree/\(path)"
            try FileManager.default.createDirectory(
                atPath: (file as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        }
    }

    private func environment() -> [String: String] {
        Program.path.merging(["NACRE_HOME": "\(ScratchDirectory.path)/home"]) { $1 }
    }

    private func build(_ arguments: String...) throws -> Program.Result {
        try Program.run(
            Program.product("nacre"),
            ["build", "--batch", "tree"] + arguments,
            environment: environment(),
            in: ScratchDirectory.path
        )
    }

    /// What the commands of the items said, in order: the lines of the log that are neither the agent's nor empty.
    private func said(_ result: Program.Result) -> [String] {
        result.output.split(separator: "\n").map(String.init).filter { line in
            !line.contains("] [Container] ") && line.contains("] ") && !line.hasSuffix("] ")
        }
    }

    /// A batch, and phases with these commands.
    private func spec(_ batch: String, _ commands: String..., rest: String = "") -> String {
        "version: 0.2\nbatch:\n\(batch)\nphases:\n  build:\n    commands:\n"
            + commands.map { "      - \($0)\n" }.joined() + rest
    }

    private struct Batch: Decodable {
        struct Group: Decodable {
            struct Summary: Decodable {
                let arn: String
                let buildStatus: String
            }
            let identifier: String
            let dependsOn: [String]
            let ignoreFailure: Bool
            let currentBuildSummary: Summary?
            let priorBuildSummaryList: [Summary]
            let statusReason: String?
        }
        struct Phase: Decodable {
            struct Context: Decodable {
                let statusCode: String
                let message: String
            }
            let phaseType: String
            let contexts: [Context]?
        }
        let id: String
        let buildBatchNumber: Int
        let buildBatchStatus: String
        let phases: [Phase]
        let buildGroups: [Group]
    }

    private func batch(_ result: Program.Result) throws -> Batch {
        try JSONDecoder().decode(Batch.self, from: Data(result.output.utf8))
    }

    @Test("a list runs every build with its variables, each line of the log under its name")
    func list() throws {
        let batch = """
              build-list:
                - {identifier: one, env: {variables: {WHO: eins}}}
                - {identifier: two, env: {variables: {WHO: zwei}}}
                - {identifier: other, buildspec: ci/other.yml}
            """
        try write([
            "buildspec.yml": spec(batch, "echo \"$CODEBUILD_BATCH_BUILD_IDENTIFIER is $WHO\"", "printf 'no newline'"),
            "ci/other.yml": BuildspecText.commands("echo from another file; ls"),
        ])
        let result = try build()
        #expect(result.status == 0, "\(result)")
        let said = said(result)
        #expect(said.contains("[one] one is eins") && said.contains("[two] two is zwei"), "\(said)")
        #expect(said.contains("[other] from another file") && said.contains("[other] buildspec.yml"))
        #expect(result.output.split(separator: "\n").allSatisfy { $0.hasPrefix("[") }, "\(result.output)")
        #expect(result.errors.contains("batch tree#1 SUCCEEDED"), "\(result.errors)")
    }

    @Test("a graph runs in its order, whatever the order of the file")
    func graph() throws {
        let batch = """
              build-graph:
                - {identifier: last, depend-on: [left, right]}
                - {identifier: left, depend-on: [first]}
                - {identifier: right, depend-on: [first]}
                - {identifier: first}
            """
        try write(["buildspec.yml": spec(batch, "echo $CODEBUILD_BATCH_BUILD_IDENTIFIER")])
        let result = try build("--jobs", "4")
        #expect(result.status == 0, "\(result)")
        let said = said(result)
        #expect(said.first == "[first] first" && said.last == "[last] last" && said.count == 4, "\(said)")
    }

    @Test("a matrix of 2 × 3 is six builds, each with its own values")
    func matrix() throws {
        let batch = """
              build-matrix:
                static: {env: {variables: {S: s}}}
                dynamic: {buildspec: [a.yml, b.yml], env: {variables: {V: [1, 2, 3]}}}
            """
        try write([
            "buildspec.yml": "version: 0.2\nbatch:\n\(batch)\n", "a.yml": BuildspecText.commands("echo a $S $V"),
            "b.yml": BuildspecText.commands("echo b $S $V"),
        ])
        let result = try build()
        #expect(result.status == 0, "\(result)")
        let expected = ["a s 1", "a s 2", "a s 3", "b s 1", "b s 2", "b s 3"].enumerated().map {
            "[build_\($0 + 1)] \($1)"
        }
        #expect(said(result).sorted() == expected)
    }

    @Test("a fan-out tells each build which shard it is, of how many")
    func fanout() throws {
        let batch = "  build-fanout: {parallelism: 3}"
        try write(["buildspec.yml": spec(batch, "echo $CODEBUILD_CURRENT_SHARD of $CODEBUILD_TOTAL_SHARDS")])
        let result = try build("--jobs", "1")
        #expect(said(result) == (0..<3).map { "[build_fanout_\($0)] \($0) of 3" }, "\(result)")
    }

    @Test("codebuild-tests-run gives each shard its part of the tests, and all of them together every test once")
    func shards() throws {
        let batch = "  build-fanout: {parallelism: 2}"
        let command =
            "codebuild-tests-run --test-command 'echo TESTS' --files-search \"codebuild-glob-search '**/*_test.py'\""
        try write([
            "buildspec.yml": spec(batch, "|\n          " + command), "a_test.py": "", "b_test.py": "",
            "sub/c_test.py": "",
        ])
        let result = try build()
        #expect(result.status == 0, "\(result)")
        let files = said(result).filter { $0.contains("] TESTS ") }.map {
            $0.split(separator: " ").dropFirst(2).map(String.init)
        }
        #expect(files.count == 2 && files.allSatisfy { !$0.isEmpty }, "\(result)")
        #expect(files.joined().sorted() == ["a_test.py", "b_test.py", "sub/c_test.py"], "\(result)")
    }

    @Test("--dry-run tells which builds there would be, and runs none")
    func dryRun() throws {
        let batch = "  build-graph: [{identifier: b, depend-on: [a]}, {identifier: a, env: {variables: {X: '1'}}}]"
        try write(["buildspec.yml": spec(batch, "touch \(ScratchDirectory.path)/ran")])
        let result = try build("--dry-run")
        #expect(result.status == 0, "\(result)")
        let rows = result.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(rows == ["BUILD AFTER OF NOTE", "b a", "a X=1"], "\(result)")
        #expect(!FileManager.default.fileExists(atPath: "\(ScratchDirectory.path)/ran"))
    }

    @Test("after a failure the others go on, what depends on it does not start, and the exit code is 1")
    func failure() throws {
        let batch = """
              build-graph:
                - {identifier: bad, env: {variables: {STATUS: '3'}}}
                - {identifier: after, depend-on: [bad]}
                - {identifier: good}
            """
        try write(["buildspec.yml": spec(batch, "exit ${STATUS:-0}")])
        let result = try build("--json", "--jobs", "1")
        #expect(result.status == 1, "\(result)")
        let batchResult = try self.batch(result)
        #expect(batchResult.buildBatchStatus == "FAILED")
        #expect(batchResult.phases.map(\.phaseType) == ["SUBMITTED", "DOWNLOAD_BATCHSPEC", "IN_PROGRESS", "FAILED"])
        #expect(
            batchResult.buildGroups.map { $0.currentBuildSummary?.buildStatus } == ["FAILED", nil, "SUCCEEDED"]
        )
        #expect(batchResult.buildGroups[1].statusReason == "`bad` failed")
        #expect(batchResult.buildGroups[1].dependsOn == ["bad"])
    }

    @Test("ignore-failure leaves the batch good, and what depends on the build starts")
    func ignoredFailure() throws {
        let batch = """
              fast-fail: true
              build-graph:
                - {identifier: bad, ignore-failure: true, env: {variables: {STATUS: '3'}}}
                - {identifier: after, depend-on: [bad]}
            """
        try write(["buildspec.yml": spec(batch, "echo runs", "exit ${STATUS:-0}")])
        let result = try build()
        #expect(result.status == 0, "\(result)")
        #expect(said(result) == ["[bad] runs", "[after] runs"])
        #expect(result.errors.contains("(ignored)"))
    }

    @Test("fast-fail stops what runs and starts nothing more")
    func fastFail() throws {
        let batch = """
              fast-fail: true
              build-list:
                - {identifier: slow, env: {variables: {WAIT: yes}}}
                - {identifier: bad}
                - {identifier: never}
            """
        // The bad one fails only when the slow one runs.
        let folder = "\(ScratchDirectory.path)/signals"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try write([
            "buildspec.yml": spec(
                batch,
                "if [ -n \"$WAIT\" ]; then touch \(folder)/runs; sleep 600; fi",
                "until [ -e \(folder)/runs ]; do sleep 0.05; done; exit 1"
            )
        ])
        let result = try build("--json", "--jobs", "2")
        #expect(result.status == 1, "\(result)")
        let groups = try self.batch(result).buildGroups
        #expect(groups.map { $0.currentBuildSummary?.buildStatus } == ["STOPPED", "FAILED", nil])
    }

    @Test("a failed build is tried again as it asks, and the earlier tries are told")
    func retries() throws {
        let folder = "\(ScratchDirectory.path)/tries"
        try write([
            "buildspec.yml": """
            version: 0.2
            batch: {build-list: [{identifier: a}]}
            phases:
              build:
                on-failure: RETRY-2
                commands:
                  - mkdir -p \(folder); touch \(folder)/$CODEBUILD_BUILD_NUMBER; test -e \(folder)/2

            """
        ])
        let result = try build("--json")
        #expect(result.status == 0, "\(result)")
        let group = try #require(try batch(result).buildGroups.first)
        #expect(group.currentBuildSummary?.buildStatus == "SUCCEEDED")
        #expect(group.priorBuildSummaryList.map(\.buildStatus) == ["FAILED"])
    }

    @Test(
        "what is no batch is refused with place and exit code 3, before anything runs",
        arguments: [
            (
                "  build-graph:\n    - {identifier: a, depend-on: [b]}\n    - {identifier: b, depend-on: [a]}",
                "buildspec.yml:4:7: error: builds depend on each other in a circle: `a` → `b` → `a`"
            ),
            ("  build-list: [{identifier: a-b}]", "buildspec.yml:3:29: error: the identifier `a-b` must be"),
        ]
    )
    func refused(batch: String, message: String) throws {
        try write(["buildspec.yml": spec(batch, "echo runs")])
        let result = try build("--json")
        #expect(result.status == 3, "\(result)")
        #expect(result.errors.contains(message), "\(result.errors)")
        let shown = try self.batch(result)
        #expect(shown.phases[1].contexts?.first?.statusCode == "BATCH_SPEC_VALIDATION_ERROR")
        #expect(shown.buildBatchStatus == "FAILED" && shown.buildGroups.isEmpty)
    }

    @Test("a missing buildspec and one without a batch are refused")
    func missing() throws {
        try write(["plain.yml": BuildspecText.commands("true")])
        #expect(try build().errors.contains("YAML_FILE_ERROR: YAML file does not exist"))
        let plain = try build("-b", "plain.yml")
        #expect(plain.status == 3)
        #expect(plain.errors.contains("plain.yml has no block `batch`"), "\(plain.errors)")
    }

    @Test("artifacts lie in a folder for each build, and in one zip where that is wanted")
    func artifacts() throws {
        let batch = "  build-list: [{identifier: a}, {identifier: b}]"
        let rest = """
            artifacts:
              files: [out/*]
              secondary-artifacts:
                more: {files: [out/x], discard-paths: yes}

            """
        try write([
            "buildspec.yml": spec(batch, "mkdir out; echo $CODEBUILD_BATCH_BUILD_IDENTIFIER > out/x", rest: rest)
        ])
        let result = try build("-a", "kept", "--combine-artifacts")
        #expect(result.status == 0, "\(result)")
        let files = FileManager.default
        for path in ["a/artifacts.zip", "a/more.zip", "b/artifacts.zip", "b/more.zip", "combined.zip"] {
            #expect(files.fileExists(atPath: "\(ScratchDirectory.path)/kept/\(path)"), "\(path)")
        }
        let listing = try Program.run(
            "/usr/bin/env",
            ["python3", "-c", "import zipfile; print(*zipfile.ZipFile('kept/combined.zip').namelist())"],
            environment: Program.path,
            in: ScratchDirectory.path
        )
        #expect(listing.output == "a/out/x a_more/x b/out/x b_more/x\n", "\(listing)")
        // Nothing else is left of the builds.
        let left = try files.contentsOfDirectory(atPath: "\(ScratchDirectory.path)/home/local").sorted()
        #expect(left == ["tree.batch.number", "tree.number"])
    }

    @Test("the command line's variables beat those of an item")
    func variables() throws {
        let batch = "  build-list: [{identifier: a, env: {variables: {X: item}}}]"
        try write(["buildspec.yml": spec(batch, "echo $X")])
        #expect(said(try build("-e", "X=mine")) == ["[a] mine"])
    }

    @Test("an interrupt stops all builds; the batch is STOPPED and the exit code 130")
    func interrupted() throws {
        let folder = "\(ScratchDirectory.path)/signals"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let batch = "  build-graph: [{identifier: a}, {identifier: b}, {identifier: c, depend-on: [a]}]"
        try write([
            "buildspec.yml": spec(batch, "touch \(folder)/$CODEBUILD_BATCH_BUILD_IDENTIFIER; sleep 600")
        ])
        let program = try BackgroundProgram(
            Program.product("nacre"),
            ["build", "--batch", "--jobs", "2", "tree"],
            environment: environment(),
            in: ScratchDirectory.path,
            name: "batch"
        )
        try eventually("both run") {
            ["a", "b"].allSatisfy { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }
        }
        program.signal(SIGINT)
        #expect(try program.wait() == 130, "\(program.errors)")
        #expect(program.errors.contains("batch tree#1 STOPPED"), "\(program.errors)")
        #expect(program.errors.contains("the batch was stopped"))
    }

    @Test("options that make no sense together are refused")
    func usage() throws {
        try write(["buildspec.yml": spec("  build-list: [{identifier: a}]", "true")])
        #expect(try build("--in-place").status == 2)
        #expect(try build("--combine-artifacts").status == 2)
        let plain = try Program.run(
            Program.product("nacre"),
            ["build", "tree", "--jobs", "2"],
            environment: environment(),
            in: ScratchDirectory.path
        )
        #expect(plain.status == 2)
        #expect(plain.errors.contains("--batch"))
    }
}
