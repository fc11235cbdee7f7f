// SPDX-License-Identifier: Apache-2.0

import Pipelines
import SQLite
import TestSupport
import Testing

@testable import Journals

@Suite("Journal: pipelines", .scratchDirectory)
struct PipelineTests {
    @Test("a pipeline, its versions and its machine are there again after reopening")
    func reopening() throws {
        var fixture = try PipelineFixture.make()
        let queued = try #require(try fixture.journal.queue(PipelineFixture.draft(1, key: "a"), at: 1_000))
        let pending = try #require(try fixture.journal.pendingEvents(of: "demo").first)
        var step = try fixture.apply(pending.event)
        step.applied = pending.seq
        #expect(try fixture.journal.advance(step, at: 2_000))
        let second = PipelineFixture.definition(version: 2, mode: .queued)
        let redefined = try fixture.apply(.defined(second))
        try fixture.journal.define(second, origin: "again", assumesRules: false, step: redefined, at: 3_000)

        let journal = try Journal(path: Fixture.path)
        #expect(try journal.machine(of: "demo") == fixture.machine)
        let record = try #require(try journal.pipeline("demo"))
        #expect(record.definition == second)
        #expect(
            (record.origin, record.assumesRules, record.createdAt, record.updatedAt) == ("again", false, 1_000, 3_000)
        )
        #expect(try journal.pipelines() == [record])
        #expect(try journal.definition(of: "demo", version: 1) == PipelineFixture.definition())
        #expect(try journal.execution(queued.id)?.label == "demo/1")
        #expect(try journal.pendingEvents(of: "demo").isEmpty)
        #expect(try journal.unfinishedEffects().map(\.order.name) == ["Main"])
        #expect(try journal.machine(of: "other") == nil)
    }

    @Test("a key is one execution of its pipeline, and a number is given once")
    func keys() throws {
        let fixture = try PipelineFixture.make()
        let journal = fixture.journal
        let first = try #require(try journal.queue(PipelineFixture.draft(1, key: "a"), at: 1_000))
        let again = try #require(try journal.queue(PipelineFixture.draft(2, key: "a"), at: 1_000))
        let other = try #require(try journal.queue(PipelineFixture.draft(3, key: "b"), at: 1_000))
        #expect((first.label, first.isKnown) == ("demo/1", false))
        #expect((again.id, again.label, again.isKnown) == (first.id, "demo/1", true))
        #expect(other.label == "demo/2")
        #expect(try journal.queue(PipelineFixture.draft(4, pipeline: "none"), at: 1_000) == nil)
        #expect(try journal.queuedExecution(of: "demo", key: "b")?.id == other.id)
        #expect(try journal.pipelinesWithPendingEvents() == ["demo"])
        let events = try journal.pendingEvents(of: "demo")
        try journal.dismissEvent(events[1].seq)
        #expect(try journal.queue(PipelineFixture.draft(5, key: "b"), at: 1_000)?.label == "demo/3")
    }

    @Test("a change of a ref queues its executions in its own transaction, and its second notice finds them")
    func changes() throws {
        let (journal, repository) = try Fixture.journal()
        for name in ["one", "two"] {
            var definition = PipelineFixture.definition()
            definition.name = name
            let machine = PipelineMachine(definition)
            try journal.define(
                definition,
                origin: "",
                assumesRules: true,
                step: PipelineFixture.step(machine),
                at: 1_000
            )
        }
        let drafts = ["one", "two", "gone"].enumerated().map { PipelineFixture.draft($0.offset, pipeline: $0.element) }
        let notice = ChangeNotice(
            repository: repository,
            ref: Fixture.main,
            old: Fixture.oid("a"),
            new: Fixture.oid("b"),
            origin: .hook
        )
        let recorded = try journal.record([(notice, .executions(drafts))], at: 2_000)[0]
        #expect(recorded.executions.map(\.label) == ["one/1", "two/1"])
        #expect(recorded.build == nil && recorded.batch == nil)
        let again = try journal.record([(notice, .executions(drafts))], at: 2_000)[0]
        #expect(again.isDuplicate)
        #expect(again.executions.map(\.id) == recorded.executions.map(\.id))
        #expect(try journal.pendingEvents(of: "one").count == 1)
        #expect(try journal.changes(repository: repository).map(\.outcome) == ["executions"])
    }

    @Test("what an event has changed is there as a whole, or not at all")
    func atomicity() throws {
        var fixture = try PipelineFixture.make()
        _ = try fixture.journal.queue(PipelineFixture.draft(1, key: "a"), at: 1_000)
        let pending = try #require(try fixture.journal.pendingEvents(of: "demo").first)
        let before = try fixture.journal.machine(of: "demo")
        var step = try fixture.apply(pending.event)
        step.applied = pending.seq
        // The same effect a second time clashes, after everything else of the step has been written.
        step.effects += step.effects
        #expect(throws: JournalError.self) { try fixture.journal.advance(step, at: 2_000) }
        #expect(try fixture.journal.machine(of: "demo") == before)
        #expect(try fixture.journal.execution(PipelineFixture.id(1)) == nil)
        #expect(try fixture.journal.unfinishedEffects().isEmpty)
        #expect(try fixture.journal.outbox(limit: 10).isEmpty)
        #expect(try fixture.journal.pendingEvents(of: "demo") == [pending])
    }

    @Test("effects go with their ends, and one that is cancelled stays until it is forgotten")
    func effects() throws {
        var fixture = try PipelineFixture.make()
        let journal = fixture.journal
        #expect(try journal.advance(try fixture.apply(PipelineFixture.draft(1).numbered(1)), at: 2_000))
        let order = try #require(try journal.unfinishedEffects().first).order
        var cancelling = PipelineFixture.step(fixture.machine)
        cancelling.cancelled = [order.id]
        #expect(try journal.advance(cancelling, at: 2_000))
        #expect(try journal.unfinishedEffects().map(\.isCancelled) == [true])
        try journal.removeEffect(order.id)
        var ended = try fixture.apply(.actionEnded(id: order.id, .failed(.jobFailed, "no")))
        ended.ended = [order.id]
        #expect(try journal.advance(ended, at: 3_000))
        #expect(try journal.unfinishedEffects().isEmpty)
        #expect(try journal.execution(PipelineFixture.id(1))?.status == .failed)
    }

    @Test("announcements are told in order and taken out when they were")
    func outbox() throws {
        var fixture = try PipelineFixture.make()
        let journal = fixture.journal
        #expect(try journal.advance(try fixture.apply(PipelineFixture.draft(1).numbered(1)), at: 2_000))
        let entries = try journal.outbox(limit: 100)
        #expect(entries.first?.announcement.state == "STARTED")
        #expect(entries.map(\.seq) == entries.map(\.seq).sorted())
        try journal.clearOutbox(through: try #require(entries.first).seq)
        #expect(try journal.outbox(limit: 100) == Array(entries.dropFirst()))
    }

    @Test("executions are found by number, id and beginning, and listed newest first")
    func searching() throws {
        var fixture = try PipelineFixture.make()
        let journal = fixture.journal
        for number in 1...3 {
            #expect(
                try journal.advance(
                    try fixture.apply(PipelineFixture.draft(number).numbered(Int64(number))),
                    at: 2_000
                )
            )
        }
        #expect(try journal.executions(ExecutionFilter()).map(\.number) == [3, 2, 1])
        #expect(try journal.executions(ExecutionFilter(pipeline: "demo", status: .superseded)).map(\.number) == [2])
        #expect(try journal.executions(ExecutionFilter(status: .inProgress, limit: 1)).map(\.number) == [3])
        #expect(try journal.executions(ExecutionFilter(pipeline: "other")).isEmpty)
        #expect(try journal.latestExecution(of: "demo")?.number == 3)
        #expect(try journal.execution(pipeline: "demo", number: 2)?.id == PipelineFixture.id(2))
        #expect(try journal.execution(PipelineFixture.id(2).uppercased())?.number == 2)
        #expect(try journal.executions(idPrefix: "00000000").count == 3)
        #expect(try journal.executions(idPrefix: PipelineFixture.id(3)).map(\.number) == [3])
        #expect(try journal.executions(idPrefix: "%").isEmpty)
        // Numbers that the machine has given by itself are not given again.
        #expect(try journal.queue(PipelineFixture.draft(9, key: "a"), at: 1_000)?.number == 4)
    }

    @Test("a removed pipeline takes its history along, and its numbers go on")
    func removal() throws {
        var fixture = try PipelineFixture.make()
        let journal = fixture.journal
        #expect(try journal.advance(try fixture.apply(PipelineFixture.draft(1).numbered(1)), at: 2_000))
        #expect(try journal.removePipeline("demo"))
        #expect(try !journal.removePipeline("demo"))
        #expect(try journal.executions(ExecutionFilter()).isEmpty)
        #expect(try journal.definition(of: "demo", version: 1) == nil)
        #expect(try journal.unfinishedEffects().map(\.isCancelled) == [true])
        #expect(try !journal.advance(PipelineFixture.step(fixture.machine), at: 3_000))
        let again = try PipelineFixture.make()
        #expect(try again.journal.queue(PipelineFixture.draft(2), at: 1_000)?.number == 2)
    }

    @Test("deadlines are known without the machines")
    func deadlines() throws {
        let fixture = try PipelineFixture.make()
        #expect(try fixture.journal.pipelineDeadlines().isEmpty)
        var step = PipelineFixture.step(fixture.machine)
        step.deadline = 5_000
        #expect(try fixture.journal.advance(step, at: 2_000))
        #expect(try fixture.journal.pipelineDeadlines() == ["demo": 5_000])
    }

    @Test("a journal from before pipelines gets their tables and keeps what it has")
    func migration() throws {
        let old = try Journal(
            path: Fixture.path,
            migrations: Array(Migration.all.prefix { $0.name != "pipelines" })
        )
        let draft = RepositoryDraft(name: "app", path: "/app.git", isHosted: false, isHooked: false, branches: ["main"])
        let repository = try old.addRepository(draft, at: 1_000)
        let journal = try Journal(path: Fixture.path)
        #expect(try journal.repositories() == [repository])
        #expect(try journal.pipelines().isEmpty)
        try journal.database.check(isThorough: true)
    }

    @Test("refs that are watched from now on are noted once, and those seen before stay")
    func refs() throws {
        let (journal, repository) = try Fixture.journal()
        let other = RefValue(ref: "refs/heads/other", oid: Fixture.oid("c"))
        try journal.noteRefs(repository, [RefValue(ref: Fixture.main, oid: Fixture.oid("c")), other])
        #expect(try journal.lastSeenMain(repository) == Fixture.oid("a"))
        #expect(try journal.lastSeenRefs(repository).contains(other))
    }

    @Test("a resource takes the place of the one of its kind and name")
    func resources() throws {
        let journal = try Journal(path: Fixture.path)
        try journal.setResource(kind: "rule", name: "b", body: "1", origin: "x", at: 1)
        try journal.setResource(kind: "rule", name: "a", body: "2", origin: "x", at: 2)
        try journal.setResource(kind: "project", name: "a", body: "3", origin: "x", at: 3)
        try journal.setResource(kind: "rule", name: "b", body: "4", origin: "y", at: 4)
        #expect(try journal.resources(kind: "rule").map(\.body) == ["2", "4"])
        let found = try #require(try journal.resource(kind: "rule", name: "b"))
        #expect((found.body, found.origin, found.updatedAt) == ("4", "y", 4))
        #expect(try journal.removeResource(kind: "rule", name: "b"))
        #expect(try !journal.removeResource(kind: "rule", name: "b"))
        #expect(try journal.resource(kind: "rule", name: "b") == nil)
        #expect(try journal.resource(kind: "project", name: "a") != nil)
    }
}
