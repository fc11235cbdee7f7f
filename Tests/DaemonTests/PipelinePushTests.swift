// SPDX-License-Identifier: Apache-2.0

import Control
import Foundation
import Journals
import Pipelines
import Repositories
import TestSupport
import Testing

@testable import Daemon

@Suite("Pipelines: pushes", .scratchDirectory, .timeLimit(.minutes(40)))
struct PipelinePushTests {
    /// A bench with the pipeline `demo`, whose first execution is over.
    private func bench(_ definition: PipelineDefinition? = nil, assumesRules: Bool = true) async throws -> PipelineBench
    {
        let bench = try await PipelineBench.make()
        try await bench.define(try definition ?? PipelineBench.definition(), assumesRules: assumesRules)
        _ = try await bench.ended("demo/1")
        return bench
    }

    @Test("1: a push to one branch is one execution: that source has what was pushed, the other its head")
    func oneBranch() async throws {
        let bench = try await bench()
        let head = try bench.git.git("rev-parse", "HEAD")
        let commit = try bench.commit("model")
        let answer = try await bench.push("HEAD:model")
        #expect(answer.executions.map(\.execution.label) == ["demo/2"])
        #expect(answer.builds.isEmpty)
        let execution = try await bench.ended("demo/2")
        #expect(execution.revisions.mapValues(\.id) == ["MainSource": head, "ModelSource": commit])
        #expect(execution.trigger.kind == .cloudWatchEvent)
        #expect(HookAnswer.lines(answer, options: .init([])).first == "started demo/2 (model at \(commit.prefix(8)))")
    }

    @Test(
        "a push while a pipeline's definition cannot be read is not taken for one that starts nothing: it starts it later"
    )
    func unreadable() async throws {
        let bench = try await bench()
        let commit = try bench.commit("model")
        let before = try bench.refs()
        try bench.git.git("push", "-q", "origin", "HEAD:model")
        try await bench.spoil("demo")
        let error = await #expect(throws: JournalError.self) { try await bench.tell(before: before) }
        #expect(error?.code == .damaged)
        // It goes on looking.
        let scan = Task { await bench.intake.scan(bench.repository.id, origin: .start) }
        try bench.mend("demo")
        await scan.value
        try await soon("the push has started it") { try await bench.executions().count == 2 }
        #expect(try await bench.ended("demo/2").revisions["ModelSource"]?.id == commit)
        let builds = try await bench.store.use { journal throws(JournalError) in try journal.builds(BuildQuery()) }
        #expect(builds.isEmpty)
    }

    @Test("27: the same push told twice by the hook and found by a scan is one execution", arguments: [true, false])
    func twice(isHookFirst: Bool) async throws {
        let bench = try await bench()
        let before = try bench.refs()
        _ = try bench.commit("model")
        try bench.git.git("push", "-q", "origin", "HEAD:model")
        if !isHookFirst { await bench.intake.scan(bench.repository.id, origin: .start) }
        let first = try await bench.tell(before: before)
        let second = try await bench.tell(before: before)
        await bench.intake.scan(bench.repository.id, origin: .watch)
        #expect(first.executions.map(\.execution.label) == ["demo/2"])
        #expect(second.executions.map(\.execution.label) == ["demo/2"])
        #expect(try await bench.executions().map(\.number) == [1, 2])
    }

    @Test("33: two branches in one push are two executions, or one with nacre.coalesce", arguments: [false, true])
    func twoBranches(coalesces: Bool) async throws {
        let bench = try await bench()
        let commit = try bench.commit("both")
        let answer = try await bench.push("HEAD:main", "HEAD:model", options: coalesces ? ["nacre.coalesce"] : [])
        #expect(answer.executions.map(\.execution.label) == (coalesces ? ["demo/2"] : ["demo/2", "demo/3"]))
        let last = try await bench.ended("demo/latest")
        #expect(last.revisions.mapValues(\.id) == ["MainSource": commit, "ModelSource": commit])
    }

    @Test("22: a tag of the branch's name starts the pipeline, which takes the branch's head")
    func tag() async throws {
        let bench = try await bench()
        let head = try bench.git.git("rev-parse", "HEAD")
        _ = try bench.commit("tagged")
        try bench.git.git("tag", "main")
        let answer = try await bench.push("refs/tags/main:refs/tags/main")
        #expect(answer.executions.map(\.execution.label) == ["demo/2"])
        #expect(try await bench.ended("demo/2").revisions["MainSource"]?.id == head)
    }

    @Test("nacre.skip skips, and a branch that no pipeline has is built as before")
    func skipped() async throws {
        let bench = try await bench(try PipelineBench.definition(model: "main"))
        _ = try bench.commit("more")
        let skipped = try await bench.push("HEAD:main", options: ["nacre.skip"])
        #expect(skipped.executions.isEmpty && skipped.skipped == ["refs/heads/main"])
        let built = try await bench.push("HEAD:model")
        #expect(built.executions.isEmpty && built.builds.count == 1)
        #expect(try await bench.executions().count == 1)
    }

    @Test("what was pushed while no daemon ran starts an execution, on branches that only pipelines name, too")
    func scanned() async throws {
        let bench = try await PipelineBench.make()
        try bench.git.git("push", "-q", "origin", "main:refs/heads/release")
        try await bench.define(try PipelineBench.definition(model: "release"))
        _ = try await bench.ended("demo/1")
        await bench.intake.scan(bench.repository.id, origin: .watch)
        #expect(try await bench.executions().count == 1)
        let commit = try bench.commit("released")
        try bench.git.git("push", "-q", "origin", "HEAD:refs/heads/release")
        let second = try await bench.restarted()
        await second.intake.scan(bench.repository.id, origin: .start)
        let execution = try await second.ended("demo/2")
        #expect(execution.revisions["ModelSource"]?.id == commit)
    }

    @Test("a pipeline of a template that nothing detects starts by hand only, and takes the builds from its branches")
    func undetected() async throws {
        var definition = try PipelineBench.definition()
        for index in definition.stages[0].actions.indices {
            definition.stages[0].actions[index].configuration["PollForSourceChanges"] = "false"
        }
        let bench = try await bench(definition, assumesRules: false)
        _ = try bench.commit("more")
        let answer = try await bench.push("HEAD:main")
        #expect(answer.executions.isEmpty && answer.builds.isEmpty)
        let polled = try await self.polled(bench)
        #expect(polled == .pollForSourceChanges)
    }

    /// Why the pipeline starts when it polls.
    private func polled(_ bench: PipelineBench) async throws -> ExecutionTrigger.Kind? {
        try await bench.define(try PipelineBench.definition(), assumesRules: false)
        _ = try bench.commit("polled")
        let answer = try await bench.push("HEAD:main")
        guard let id = answer.executions.first?.execution.id else { return nil }
        return try await bench.service.execution(id).trigger.kind
    }
}
