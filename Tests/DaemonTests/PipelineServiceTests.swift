// SPDX-License-Identifier: Apache-2.0

import Control
import Foundation
import Journals
import Pipelines
import TestSupport
import Testing

@testable import Daemon

@Suite("Pipelines: the service", .scratchDirectory, .timeLimit(.minutes(40)))
struct PipelineServiceTests {
    @Test("a new pipeline runs once, on the heads of its sources")
    func creation() async throws {
        let bench = try await PipelineBench.make()
        let head = try bench.git.git("rev-parse", "HEAD")
        let defined = try await bench.define(try PipelineBench.definition())
        #expect(defined.isNew && defined.isChanged && defined.version == 1)
        let execution = try await bench.ended("demo/1")
        #expect(execution.status == .succeeded)
        #expect(execution.trigger.kind == .createPipeline)
        #expect(execution.revisions.mapValues(\.id) == ["MainSource": head, "ModelSource": head])
        #expect(execution.revisions["MainSource"]?.author == "Ada Author <ada@example.org>")
        let same = try await bench.define(try PipelineBench.definition())
        #expect(!same.isNew && !same.isChanged && same.version == 1)
        let changed = try await bench.define(try PipelineBench.definition(mode: "QUEUED"))
        #expect(!changed.isNew && changed.isChanged && changed.version == 2)
        #expect(try await bench.executions().count == 1)
    }

    @Test("a pipeline whose branch is missing does not run at once: the first push of it starts it")
    func missingBranch() async throws {
        let bench = try await PipelineBench.make(hasRealSources: true)
        try await bench.define(try PipelineBench.definition(model: "release"))
        #expect(try await bench.executions().isEmpty)
        let manual = try await bench.service.start(
            "demo",
            revisions: [:],
            variables: [:],
            token: nil,
            trigger: ExecutionTrigger(.startPipelineExecution)
        )
        let failed = try await bench.ended(manual.id)
        #expect(failed.status == .failed)
        #expect(failed.stages.map(\.status) == [.failed, nil])
        let message = failed.stages[0].latest("ModelSource")?.failure?.message ?? ""
        #expect(
            message.hasPrefix(
                "The action failed because no branch named release was found in the selected AWS CodeCommit repository app."
            )
        )
        #expect(message.contains("main, model"))
        #expect(failed.stages[0].latest("MainSource")?.status == .succeeded)
        let answer = try await bench.push("HEAD:refs/heads/release")
        #expect(answer.executions.map(\.execution.label) == ["demo/2"])
        let good = try await bench.ended("demo/2")
        #expect(good.revisions["ModelSource"]?.id == (try bench.git.git("rev-parse", "HEAD")))
        #expect(good.stages[0].status == .succeeded)
    }

    @Test("a pipeline that was made before its repository runs once the repository is there with all branches")
    func lateRepository() async throws {
        let bench = try await PipelineBench.make()
        let (store, repository) = (bench.store, bench.repository)
        try await store.use { journal throws(JournalError) in _ = try journal.removeRepository(repository.id) }
        try await bench.define(try PipelineBench.definition())
        #expect(try await bench.executions().isEmpty)
        let draft = RepositoryDraft(
            name: "app",
            path: repository.path,
            isHosted: false,
            isHooked: false,
            branches: ["main"]
        )
        try await store.use { journal throws(JournalError) in
            _ = try journal.addRepository(draft, refs: [], at: 1_000)
        }
        for _ in 0..<2 { await bench.service.repositoryAdded("app") }
        #expect(try await bench.ended("demo/latest").number == 1)
    }

    @Test("an action that ran when the daemon was killed is ordered again, by the same id, and once")
    func restart() async throws {
        let first = try await PipelineBench.make(holding: ["Train"])
        try await first.define(try PipelineBench.definition())
        try await soon("Train is ordered") { first.provider.orders.contains { $0.name == "Train" } }
        let order = try #require(first.provider.orders.last)
        let second = try await first.restarted()
        try await second.service.recover()
        let ended = try await second.ended("demo/1")
        #expect(ended.status == .succeeded)
        #expect(second.provider.orders == [order])
        let effects = try await second.store.use { journal throws(JournalError) in try journal.unfinishedEffects() }
        #expect(effects.isEmpty)
    }

    @Test("a start that was journalled and not applied is applied by the next daemon")
    func pending() async throws {
        let bench = try await PipelineBench.make(holding: ["Train"])
        try await bench.define(try PipelineBench.definition())
        let start = ExecutionStart(id: PipelineService.makeID(), number: 0, trigger: ExecutionTrigger(.cloudWatchEvent))
        let queued = try await bench.store.use { journal throws(JournalError) in
            try journal.queue(ExecutionDraft(pipeline: "demo", key: "k", event: .start(start)), at: 1_000)
        }
        #expect(queued?.label == "demo/2")
        let second = try await bench.restarted()
        try await second.service.recover()
        await second.service.takePending(of: ["demo"])
        #expect(try await second.executions().map(\.number) == [1, 2])
        #expect(try await second.service.execution("demo/2").id == start.id)
    }

    @Test("the same token is the same execution")
    func token() async throws {
        let bench = try await PipelineBench.make(holding: ["Train"])
        try await bench.define(try PipelineBench.definition())
        var ids: Set<String> = []
        for _ in 0..<3 {
            ids.insert(
                try await bench.service.start(
                    "demo",
                    revisions: [:],
                    variables: [:],
                    token: "once",
                    trigger: ExecutionTrigger(.startPipelineExecution, detail: "ada")
                ).id
            )
        }
        #expect(ids.count == 1)
        #expect(try await bench.executions().count == 2)
    }

    @Test("29: a commit of another branch may be given; one that is not there is refused")
    func revisions() async throws {
        let bench = try await PipelineBench.make(hasRealSources: true)
        try await bench.define(try PipelineBench.definition())
        let head = try bench.git.git("rev-parse", "HEAD")
        let commit = try bench.commit("beside")
        try bench.git.git("push", "-q", "origin", "HEAD:refs/heads/beside")
        func start(_ revisions: [String: String]) async throws -> PipelineExecution {
            try await bench.service.start(
                "demo",
                revisions: revisions,
                variables: [:],
                token: nil,
                trigger: ExecutionTrigger(.startPipelineExecution)
            )
        }
        let execution = try await bench.ended(try await start(["ModelSource": commit]).id)
        #expect(execution.revisions.mapValues(\.id) == ["ModelSource": commit, "MainSource": head])
        #expect(execution.stages[0].latest("ModelSource")?.output.variables["BranchName"] == "model")
        #expect(execution.stages[0].latest("ModelSource")?.output.externalID == commit)
        for revisions in [["ModelSource": String(repeating: "0", count: 40)], ["Nothing": commit]] {
            let failure = await #expect(throws: ControlFailure.self) { try await start(revisions) }
            #expect(failure?.exception == "ValidationException")
        }
        #expect(try await bench.executions().map(\.number) == [1, 2])
    }

    @Test("a removed pipeline ends what it runs, and its name can be used again")
    func removal() async throws {
        let bench = try await PipelineBench.make(holding: ["Train"])
        try await bench.define(try PipelineBench.definition())
        try await soon("Train is ordered") { bench.provider.orders.contains { $0.name == "Train" } }
        try await bench.service.remove("demo", by: "tester")
        try await soon("Train is cancelled") { bench.provider.cancelled.count == 1 }
        let failure = await #expect(throws: ControlFailure.self) { try await bench.service.pipeline("demo") }
        #expect(failure?.exception == "PipelineNotFoundException")
        #expect(try await bench.executions().isEmpty)
        try await bench.define(try PipelineBench.definition())
        #expect(try await bench.service.execution("demo/latest").number == 2)
    }

    @Test("what is superseded is announced, and the announcements are told once each")
    func superseding() async throws {
        let bench = try await PipelineBench.make(holding: ["MainSource"])
        try await bench.define(try PipelineBench.definition())
        for _ in 0..<2 {
            _ = try await bench.service.start(
                "demo",
                revisions: [:],
                variables: [:],
                token: nil,
                trigger: ExecutionTrigger(.startPipelineExecution)
            )
        }
        #expect(try await bench.executions().map(\.status) == [.inProgress, .superseded, .inProgress])
        let third = try await bench.service.execution("demo/3")
        #expect(await !bench.service.waitReasons(third).isEmpty)
        func superseded() -> [PipelineAnnouncement] { bench.announced.all.filter { $0.state == "SUPERSEDED" } }
        try await soon("it is announced") { !superseded().isEmpty }
        #expect(superseded().map(\.executionNumber) == [2])
        try await bench.provider.finish("MainSource")
        try await bench.provider.finish("MainSource")
        #expect(try await bench.ended("demo/3").status == .succeeded)
        try await bench.until("the outbox is empty") {
            try await bench.store.use { journal throws(JournalError) in try journal.outbox(limit: 1) }.isEmpty
        }
    }
}
