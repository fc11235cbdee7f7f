// SPDX-License-Identifier: Apache-2.0

import Batches
import Builds
import JSON
import Testing
import WireWords

@Suite("The BuildBatch object")
struct BuildBatchTests {
    private let id = BuildID(project: "app", uuid: "0b9f6d4e-6b1a-4c35-9d8e-2f5a7c1e9b00")
    private let start = Timestamp(milliseconds: 1_000_000)

    private func batch() throws -> BuildBatch {
        let source = Build.Source(type: "CODECOMMIT", location: "app.git")
        return BuildBatch(id: try #require(id), number: 7, initiator: "ada", source: source, at: start)
    }

    @Test("it goes through CodeBuild's phases and ends with the one that names its end")
    func phases() throws {
        var batch = try batch()
        #expect(batch.arn == "arn:aws:codebuild:us-east-1:000000000000:build-batch/\(batch.id)")
        batch.begin(.downloadBatchspec, at: start)
        batch.begin(.inProgress, at: Timestamp(milliseconds: 1_001_000))
        batch.end(.failed, at: Timestamp(milliseconds: 1_004_500))
        #expect(batch.phases.map(\.phaseType) == [.submitted, .downloadBatchspec, .inProgress, .failed])
        #expect(batch.phases.map(\.phaseStatus) == [.succeeded, .succeeded, .failed, nil])
        #expect(batch.phases.map(\.durationInSeconds) == [0, 1, 3, nil])
        #expect(batch.currentPhase == .failed && batch.buildBatchStatus == .failed && batch.complete)
    }

    @Test("each item is a group with its build, its earlier attempts, or why it has none")
    func groups() throws {
        var first = BatchPlan.Item(identifier: "a")
        first.ignoresFailure = true
        var second = BatchPlan.Item(identifier: "b")
        second.dependsOn = ["a"]
        var machine = BatchMachine(BatchPlan(items: [first, second]))
        _ = machine.apply(.began)
        _ = machine.apply(.stopRequested)
        _ = machine.apply(.ended("a", .stopped))
        var builds: [Build] = []
        for number in 1...2 {
            var build = Build(
                id: BuildID.make(project: "app"),
                number: number,
                initiator: "ada",
                source: Build.Source(type: "NO_SOURCE", location: ""),
                submittedAt: start,
                log: ""
            )
            build.artifacts.location = "/out/artifacts.zip"
            build.end(.stopped, at: start)
            builds.append(build)
        }
        var batch = try batch()
        batch.update(machine, builds: ["a": builds])
        #expect(batch.buildGroups.map(\.identifier) == ["a", "b"])
        #expect(batch.buildGroups[0].ignoreFailure && batch.buildGroups[1].dependsOn == ["a"])
        #expect(batch.buildGroups[0].currentBuildSummary?.arn == builds[1].arn)
        #expect(batch.buildGroups[0].currentBuildSummary?.primaryArtifact?.location == "/out/artifacts.zip")
        #expect(batch.buildGroups[0].priorBuildSummaryList.map(\.arn) == [builds[0].arn])
        #expect(batch.buildGroups[1].currentBuildSummary == nil)
        #expect(batch.buildGroups[1].statusReason == "the batch was stopped")
        #expect(try JSONText.decode(BuildBatch.self, from: try JSONText.encode(batch)) == batch)
    }

    @Test("a plan survives its JSON form")
    func planJSON() throws {
        var item = BatchPlan.Item(identifier: "a")
        item.shard = BatchPlan.Shard(index: 0, count: 2)
        item.variables = [.init(name: "A", value: "ü\n")]
        let plan = BatchPlan(items: [item], stopsAtFirstFailure: true)
        #expect(try JSONText.decode(BatchPlan.self, from: try JSONText.encode(plan)) == plan)
    }
}
