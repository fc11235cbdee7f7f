// SPDX-License-Identifier: Apache-2.0

import Buckets
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

    @Test("what follows a pipeline while the definitions cannot be read starts as soon as they can")
    func unreadable() async throws {
        let bench = try await PipelineBench.make(holding: ["Train"])
        try await bench.define(try PipelineBench.definition("second"))
        try await bench.define(try PipelineBench.definition("first"))
        try await bench.provider.finish("Train")
        _ = try await bench.ended("second/1")
        // Of the execution alone: what its source stage has told may come after the rule.
        let pattern = """
            {"source": ["aws.codepipeline"], "detail-type": ["CodePipeline Pipeline Execution State Change"],
            "detail": {"pipeline": ["first"], "state": ["SUCCEEDED"]}}
            """
        let target = EventTarget(id: "1", arn: Self.arn + "second")
        try await set(
            EventRule(name: "follow", pattern: try JSONText.parse(Array(pattern.utf8)), targets: [target]),
            bench
        )
        try await bench.until("all is told") { try await bench.outbox().isEmpty }
        try await bench.spoil("second")
        try await bench.provider.finish("Train")
        _ = try await bench.ended("first/1")
        #expect(try await !bench.outbox().isEmpty)
        try bench.mend("second")
        try await bench.until("second has started again") { try await bench.executions("second").count >= 2 }
        try await bench.until("all is told") { try await bench.outbox().isEmpty }
        // For the announcements of stages and actions, too, the same each time.
        let count = try await bench.executions("second").count
        await bench.service.announcementsCame()
        try await bench.until("all is told") { try await bench.outbox().isEmpty }
        #expect(try await bench.executions("second").count == count)
    }

    @Test("an object that only a rule waits for starts its pipeline, though it was put while no daemon ran")
    func objectPutMeanwhile() async throws {
        let bench = try await PipelineBench.make()
        try await bench.define(try PipelineBench.definition())
        try await bench.service.recover()
        let pattern = #"{"source": ["aws.s3"], "detail-type": ["Object Created"]}"#
        let target = EventTarget(id: "1", arn: Self.arn + "demo")
        try await set(
            EventRule(name: "models", pattern: try JSONText.parse(Array(pattern.utf8)), targets: [target]),
            bench
        )
        let buckets = try PipelineBench.buckets()
        try buckets.create("models", isVersioned: false, at: 1)
        func put(_ text: String) throws {
            let path = "\(ScratchDirectory.path)/model.bin"
            try text.write(toFile: path, atomically: false, encoding: .utf8)
            _ = try buckets.put(fileAt: path, as: "model.bin", in: "models", at: 2)
        }
        // Two versions are one start: the later one is what there is.
        try put("one")
        try put("two")
        let second = try await bench.restarted()
        try await second.service.recover()
        try await second.until("the rule has started it") { try await second.executions().count == 2 }
        for _ in 0..<2 { await second.service.bucketsChanged() }
        _ = try buckets.remove("model.bin", in: "models", at: 3)
        await second.service.bucketsChanged()
        #expect(try await second.executions().count == 2)
        try put("three")
        await second.service.bucketsChanged()
        #expect(try await second.executions().count == 3)
    }

    @Test("an object that cannot be taken in for now starts its pipeline later")
    func objectPutUnreadable() async throws {
        let bench = try await PipelineBench.make()
        try await bench.define(try PipelineBench.definition())
        let pattern = #"{"source": ["aws.s3"], "detail-type": ["Object Created"]}"#
        let target = EventTarget(id: "1", arn: Self.arn + "demo")
        try await set(
            EventRule(name: "models", pattern: try JSONText.parse(Array(pattern.utf8)), targets: [target]),
            bench
        )
        try await bench.spoil("demo")
        let buckets = try PipelineBench.buckets()
        try buckets.create("models", at: 1)
        _ = try buckets.put(as: "model.bin", in: "models", at: 2) { _ throws(BucketError) in }
        await bench.service.bucketsChanged()
        try bench.mend("demo")
        #expect(try await bench.executions().count == 1)
        try await bench.until("the rule has started it") { try await bench.executions().count == 2 }
    }

    @Test("a schedule that cannot be journalled in its time starts its pipeline later, once")
    func lateSchedule() async throws {
        let bench = try await PipelineBench.make()
        try await bench.define(try PipelineBench.definition())
        let now = Timestamp.now().milliseconds
        let target = EventTarget(id: "1", arn: Self.arn + "demo")
        try await set(EventRule(name: "nightly", schedule: "rate(5 minutes)", targets: [target]), bench, at: now)
        try await bench.spoil("demo")
        await bench.service.tick(at: now + 300_000)
        try bench.mend("demo")
        #expect(try await bench.executions().count == 1)
        for _ in 0..<2 { await bench.service.tick(at: now + 302_000) }
        #expect(try await bench.executions().count == 2)
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
