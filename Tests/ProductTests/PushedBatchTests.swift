// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Batches of pushed commits", .scratchDirectory, .timeLimit(.minutes(40)))
struct PushedBatchTests {
    private struct Batch: Decodable {
        struct Group: Decodable {
            struct Summary: Decodable {
                let arn: String
                let buildStatus: String
            }
            let identifier: String
            let currentBuildSummary: Summary?
            let priorBuildSummaryList: [Summary]
            let statusReason: String?
        }
        struct Phase: Decodable {
            let phaseType: String
        }
        let buildBatchStatus: String
        let complete: Bool
        let phases: [Phase]
        let buildGroups: [Group]

        var statuses: [String?] { buildGroups.map { $0.currentBuildSummary?.buildStatus } }
    }

    private func spec(_ batch: String, _ commands: String) -> String {
        let lines = commands.split(separator: "\n").map { "          \($0)\n" }.joined()
        return "version: 0.2\nbatch:\n\(batch)\nphases:\n  build:\n    commands:\n      - |\n\(lines)"
    }

    /// Pushes a buildspec to `main` of a new repository.
    private func push(
        _ daemon: DaemonFixture,
        _ buildspec: String,
        options: [String] = ["nacre.batch"]
    ) throws -> Program.Result {
        let git = try daemon.createRepository()
        try git.write("buildspec.yml", buildspec)
        try git.commit()
        let result = try git.push("HEAD:main", options: options)
        guard result.status == 0 else { throw Program.Failure(description: "\(result)") }
        return result
    }

    private func batch(_ daemon: DaemonFixture, _ name: String = "app#batch1") throws -> Batch {
        try ShownBuild.decode(try daemon.nacre("show", name, "--json"))
    }

    private func finished(_ daemon: DaemonFixture) throws -> Batch {
        var last: Batch?
        try eventually("the batch is over; \(daemon.log)") {
            last = try batch(daemon)
            return last?.complete ?? false
        }
        return try #require(last)
    }

    @Test("a push with nacre.batch runs the batch; its builds are listed with their identifiers")
    func pushed() throws {
        try DaemonFixture.run { daemon in
            let graph = """
                  build-graph:
                    - {identifier: last, depend-on: [first], env: {variables: {X: item}}}
                    - {identifier: first, env: {variables: {X: item}}}
                """
            let result = try push(
                daemon,
                spec(graph, "echo $CODEBUILD_BATCH_BUILD_IDENTIFIER says $X"),
                options: ["nacre.batch", "nacre.wait", "nacre.env.X=pushed"]
            )
            #expect(result.errors.contains("begun batch app#batch1 (main at "), "\(result)")
            #expect(result.errors.contains("[first] app#1 SUCCEEDED"), "\(result)")
            #expect(result.errors.contains("app#batch1 SUCCEEDED"), "\(result)")
            let batch = try finished(daemon)
            #expect(batch.buildBatchStatus == "SUCCEEDED")
            #expect(batch.statuses == ["SUCCEEDED", "SUCCEEDED"])
            #expect(batch.phases.map(\.phaseType) == ["SUBMITTED", "DOWNLOAD_BATCHSPEC", "IN_PROGRESS", "SUCCEEDED"])
            #expect(try daemon.build("app#1").log.contains("\nfirst says pushed\n"))
            #expect(try daemon.build("app#2").log.contains("\nlast says pushed\n"))
            let list = try daemon.nacre("list").output
            #expect(list.contains("app#1 [first]") && list.contains("app#2 [last]"), "\(list)")
            let shown = try daemon.nacre("show", "app#batch1").output
            #expect(shown.contains("last") && shown.contains("app#2"), "\(shown)")
            let logs = try daemon.nacre("logs", "app#batch1")
            #expect(logs.status != 0 && logs.errors.contains("app#1 [first], app#2 [last]"), "\(logs)")
            #expect(try daemon.nacre("show", "app#1").output.contains("[first]"))
        }
    }

    @Test("a batch that cannot be run is a failed one, which says why and where")
    func refused() throws {
        try DaemonFixture.run { daemon in
            let graph = "  build-graph:\n    - {identifier: a, depend-on: [b]}"
            let result = try push(daemon, spec(graph, "true"))
            let message = "buildspec.yml:4:35: `depend-on` names `b`, and there is no build of that identifier"
            #expect(result.errors.contains(message), "\(result)")
            #expect(try finished(daemon).buildBatchStatus == "FAILED")
            let shown = try daemon.nacre("show", "app#batch1").output
            #expect(shown.contains("BATCH_SPEC_VALIDATION_ERROR: \(message)"), "\(shown)")
            #expect(try daemon.builds().isEmpty)
        }
    }

    @Test("kill -9 of the daemon in the middle of a graph loses nothing and runs nothing twice")
    func killed() throws {
        try DaemonFixture.run { daemon in
            let gate = Gate()
            let graph = """
                  build-graph:
                    - {identifier: a}
                    - {identifier: b, depend-on: [a], env: {variables: {GATED: 'yes'}}}
                    - {identifier: c, depend-on: [b]}
                    - {identifier: d, depend-on: [c]}
                """
            let commands = """
                echo $CODEBUILD_BATCH_BUILD_IDENTIFIER >> '\(ScratchDirectory.path)/ran'
                if [ -n "$GATED" ]; then
                \(gate.command)
                fi
                """
            _ = try push(daemon, spec(graph, commands))
            try gate.waitUntilReached()
            try daemon.stop(SIGKILL)
            // It ends while nobody looks.
            gate.open()
            try daemon.start()
            let batch = try finished(daemon)
            #expect(batch.buildBatchStatus == "SUCCEEDED")
            #expect(batch.statuses == ["SUCCEEDED", "SUCCEEDED", "SUCCEEDED", "SUCCEEDED"])
            let ran = try String(contentsOfFile: "\(ScratchDirectory.path)/ran", encoding: .utf8)
            #expect(ran == "a\nb\nc\nd\n")
            #expect(try daemon.builds().count == 4)
        }
    }

    @Test("a stop ends what runs, and nothing more starts, after a restart either")
    func stopped() throws {
        try DaemonFixture.run(jobs: 1) { daemon in
            let gate = Gate()
            let graph = """
                  build-graph:
                    - {identifier: a}
                    - {identifier: queued}
                    - {identifier: b, depend-on: [a]}
                """
            _ = try push(daemon, spec(graph, gate.command))
            try gate.waitUntilReached()
            #expect(try daemon.nacre("stop", "app#batch1").status == 0)
            let batch = try finished(daemon)
            #expect(batch.buildBatchStatus == "STOPPED")
            #expect(batch.statuses == ["STOPPED", "STOPPED", nil])
            #expect(batch.buildGroups[2].statusReason != nil)
            try daemon.stop(SIGKILL)
            try daemon.start()
            #expect(try self.batch(daemon).statuses == ["STOPPED", "STOPPED", nil])
            #expect(try daemon.nacre("stop", "app#batch1").errors.contains("is over already"))
        }
    }

    @Test("fast-fail stops the other builds, and the batch is FAILED")
    func fastFail() throws {
        try DaemonFixture.run { daemon in
            let gate = Gate()
            let list = """
                  fast-fail: true
                  build-list:
                    - {identifier: slow, env: {variables: {SLOW: 'yes'}}}
                    - {identifier: bad}
                    - {identifier: never}
                """
            let commands = """
                if [ -n "$SLOW" ]; then
                \(gate.command)
                fi
                until [ -e '\(ScratchDirectory.path)/gate.reached' ]; do sleep 0.02; done
                exit 1
                """
            _ = try push(daemon, spec(list, commands))
            let batch = try finished(daemon)
            #expect(batch.buildBatchStatus == "FAILED")
            #expect(batch.statuses[0] == "STOPPED" && batch.statuses[1] == "FAILED")
            let slow = try daemon.build("app#1")
            #expect(slow.statusReason == "stopped by `fast-fail` of app#batch1")
        }
    }

    @Test("a failed build is tried again, and the batch goes on with the last try")
    func retries() throws {
        try DaemonFixture.run { daemon in
            let text = """
                version: 0.2
                batch: {build-graph: [{identifier: a}, {identifier: b, depend-on: [a]}]}
                phases:
                  build:
                    on-failure: RETRY-2
                    commands:
                      - echo x >> '\(ScratchDirectory.path)/tries'
                      - test "$(wc -l < '\(ScratchDirectory.path)/tries')" -gt 1

                """
            _ = try push(daemon, text)
            let batch = try finished(daemon)
            #expect(batch.buildBatchStatus == "SUCCEEDED")
            #expect(batch.buildGroups[0].priorBuildSummaryList.map(\.buildStatus) == ["FAILED"])
            #expect(try daemon.builds().count == 3)
        }
    }
}
