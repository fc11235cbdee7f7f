// SPDX-License-Identifier: Apache-2.0

import Builds
import Events
import Foundation
import JSON
import Journals
import Pipelines
import TestSupport
import Testing

@testable import Daemon

@Suite("Pipelines: rules and schedules", .scratchDirectory, .timeLimit(.minutes(40)))
struct PipelineEventTests {
    private static let arn = "arn:aws:codepipeline:us-east-1:000000000000:"

    private func set(_ rule: EventRule, _ bench: PipelineBench, at instant: Int64 = 1_000) async throws {
        let body = String(decoding: try JSONText.encode(rule), as: UTF8.self)
        try await bench.store.use { journal throws(JournalError) in
            try journal.setResource(kind: "rule", name: rule.name, body: body, origin: "test", at: instant)
        }
        await bench.service.projectsChanged()
    }

    @Test("a rule on a pipeline's success starts another one, with what its transformer makes of the event")
    func following() async throws {
        let bench = try await PipelineBench.make(holding: ["Train"])
        let variables = #""variables": [{"name": "FROM", "defaultValue": "nobody"}], "pipelineType": "V2","#
        try await bench.define(try PipelineBench.definition("second", more: variables))
        try await bench.define(try PipelineBench.definition("first"))
        let head = try bench.git.git("rev-parse", "HEAD")
        let pattern = """
            {"source": ["aws.codepipeline"], "detail-type": ["CodePipeline Pipeline Execution State Change"],
             "detail": {"pipeline": ["first"], "state": ["SUCCEEDED"]}}
            """
        var target = EventTarget(id: "1", arn: Self.arn + "second")
        target.inputTransformer = EventTarget.InputTransformer(
            paths: ["who": "$.detail.pipeline"],
            template: """
                {"variables": [{"name": "FROM", "value": "<who>"}], "sourceRevisions": [
                 {"actionName": "MainSource", "revisionType": "COMMIT_ID", "revisionValue": "\(head)"}]}
                """
        )
        try await set(
            EventRule(name: "follow", pattern: try JSONText.parse(Array(pattern.utf8)), targets: [target]),
            bench
        )
        // Of `second`, then of `first`.
        try await bench.provider.finish("Train")
        try await bench.provider.finish("Train")
        _ = try await bench.ended("first/1")
        try await bench.until("second has started again") { try await bench.executions("second").count == 2 }
        let execution = try await bench.service.execution("second/2")
        #expect(execution.variables == ["FROM": "first"])
        #expect(execution.trigger.detail == "arn:aws:events:us-east-1:000000000000:rule/follow")
        #expect(execution.revisions["MainSource"]?.id == head)
    }

    @Test("a schedule starts its pipeline once for each of its times")
    func schedule() async throws {
        let bench = try await PipelineBench.make()
        try await bench.define(try PipelineBench.definition())
        let now = Timestamp.now().milliseconds
        let rule = EventRule(
            name: "nightly",
            schedule: "rate(5 minutes)",
            targets: [EventTarget(id: "1", arn: Self.arn + "demo")]
        )
        try await set(rule, bench, at: now)
        await bench.service.tick(at: now + 299_000)
        #expect(try await bench.executions().count == 1)
        await bench.service.tick(at: now + 300_000)
        await bench.service.tick(at: now + 301_000)
        #expect(try await bench.executions().map(\.trigger.kind) == [.createPipeline, .cloudWatchEvent])
        await bench.service.tick(at: now + 600_000)
        #expect(try await bench.executions().count == 3)
    }
}
