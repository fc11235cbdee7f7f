// SPDX-License-Identifier: Apache-2.0

import Pipelines
import SQLite
import TestSupport
import Testing
import WireWords

@testable import Journals

@Suite("Journal: retention", .scratchDirectory)
struct RetentionTests {
    private static func digest(_ letter: Character) -> String { String(repeating: letter, count: 64) }

    /// A build that is over, and what it leaves.
    private func finish(
        _ number: Int,
        in journal: Journal,
        _ status: BuildStatus = .succeeded,
        artifacts: String = "",
        at instant: Int64 = 3_000
    ) throws -> Int64 {
        let build = try journal.enqueue(Fixture.draft(number), isStarting: true, at: 1_000)
        let files = KeptFiles(
            bytes: 100,
            artifacts: artifacts.map { KeptFiles.Artifact(digest: Self.digest($0), size: 7) },
            at: instant + 500
        )
        try journal.finish(build.id, status, files: files, at: instant)
        return build.seq
    }

    @Test("what is over is looked through without its records, and never what runs")
    func finishedBuilds() throws {
        let journal = try Journal(path: Fixture.path)
        _ = try finish(1, in: journal, artifacts: "a")
        _ = try finish(2, in: journal, .failed, at: 4_000)
        _ = try journal.enqueue(Fixture.draft(3), isStarting: true, at: 1_000)
        let waiting = try journal.enqueue(Fixture.draft(4), at: 1_000)
        _ = try journal.requestStop(waiting.id, by: "kim", at: 5_000)
        let found = try journal.finishedBuilds()
        #expect(found.map(\.seq) == [1, 2, 4])
        #expect(found.map(\.hasSucceeded) == [true, false, false])
        #expect(found.map(\.endedAt) == [3_000, 4_000, 5_000])
        #expect(found.map(\.bytes) == [100, 100, 0])
        #expect(try journal.keptBytes() == 207)
        #expect(try journal.countEnded(before: 4_000) == 1)
    }

    @Test("files go first and the row says so; an artifact is doomed with the last that uses it")
    func strip() throws {
        let journal = try Journal(path: Fixture.path)
        let first = try finish(1, in: journal, artifacts: "ab")
        _ = try finish(2, in: journal, artifacts: "b")
        let mark = FateMark(seq: first, isWhole: false, reason: "bytes")
        let marked = try journal.mark(builds: [mark], at: 9_000)
        #expect(marked == [first: try Fixture.id(1)])
        #expect(try journal.hasUnsettled())
        // As after a crash.
        let again = try Journal(path: Fixture.path)
        #expect(try again.markedBuilds(limit: 10) == marked)
        let doomed = try again.doomedArtifacts(limit: 10)
        #expect(doomed.map(\.digest) == [Self.digest("a")])
        #expect(doomed.map(\.until) == [3_500])
        try again.settle(builds: [first])
        try again.forgetDoomed([Self.digest("a")])
        #expect(try again.markedBuilds(limit: 10).isEmpty)
        #expect(try !again.hasUnsettled())
        let removal = try #require(try again.removal(ofBuild: Fixture.id(1)))
        #expect((removal.at, removal.reason) == (9_000, "bytes"))
        #expect(try again.removal(ofBuild: Fixture.id(2)) == nil)
        #expect(try again.build(Fixture.id(1)) != nil)
        #expect(try again.keptBytes() == 107)
    }

    @Test("marks are given page by page, and those that stay marked do not come again")
    func pages() throws {
        let journal = try Journal(path: Fixture.path)
        let seqs = try (1...5).map { try finish($0, in: journal) }
        _ = try journal.mark(
            builds: seqs.enumerated().map { FateMark(seq: $1, isWhole: $0 % 2 == 0, reason: "count") },
            at: 9_000
        )
        var found: [[Int64]] = []
        while true {
            let page = try journal.markedBuilds(after: found.last?.last ?? 0, limit: 2)
            if page.isEmpty { break }
            found.append(page.keys.sorted())
        }
        #expect(found == [Array(seqs[..<2]), Array(seqs[2..<4]), Array(seqs[4...])])
    }

    @Test("what waits or runs is counted nowhere")
    func counts() throws {
        var fixture = try PipelineFixture.make()
        let journal = fixture.journal
        _ = try finish(1, in: journal)
        _ = try journal.enqueue(Fixture.draft(2), isStarting: true, at: 1_000)
        _ = try #require(try journal.queue(PipelineFixture.draft(1), at: 1_000))
        let pending = try #require(try journal.pendingEvents(of: "demo").first)
        var step = try fixture.apply(pending.event)
        step.applied = pending.seq
        _ = try journal.advance(step, at: 2_000)
        #expect(try journal.countsByOwner().map(\.owner) == ["abalone"])
        #expect(try journal.countsByOwner().map(\.count) == [1])
    }

    @Test("what goes whole takes its row along, and its number is not given again")
    func remove() throws {
        let journal = try Journal(path: Fixture.path)
        let first = try finish(1, in: journal, artifacts: "a")
        _ = try journal.mark(builds: [FateMark(seq: first, isWhole: true, reason: "age")], at: 9_000)
        #expect(try journal.build(Fixture.id(1)) != nil)
        try journal.settle(builds: [first])
        #expect(try journal.build(Fixture.id(1)) == nil)
        #expect(try journal.finishedBuilds().isEmpty)
        #expect(try journal.lastBuildNumber(of: "abalone") == 1)
        #expect(try journal.enqueue(Fixture.draft(2), at: 1).number == 2)
    }

    @Test("an artifact that is used again is doomed no more")
    func usedAgain() throws {
        let journal = try Journal(path: Fixture.path)
        let first = try finish(1, in: journal, artifacts: "a")
        _ = try journal.mark(builds: [FateMark(seq: first, isWhole: true, reason: "age")], at: 9_000)
        _ = try finish(2, in: journal, artifacts: "a")
        #expect(try journal.doomedArtifacts(limit: 10).isEmpty)
        try journal.forgetDoomed([])
        #expect(try !journal.hasUnsettled() || journal.markedBuilds(limit: 1).count == 1)
    }

    @Test("an execution that its pipeline goes on from, or that an event waits for, stays")
    func executions() throws {
        var fixture = try PipelineFixture.make()
        let journal = fixture.journal
        for number in 1...3 {
            _ = try #require(try journal.queue(PipelineFixture.draft(number), at: 1_000))
            let pending = try #require(try journal.pendingEvents(of: "demo").first)
            var step = try fixture.apply(pending.event)
            step.applied = pending.seq
            _ = try journal.advance(step, at: 2_000)
            let order = try #require(try journal.unfinishedEffects().last?.order)
            var ended = try fixture.apply(.actionEnded(id: order.id, .failed(.jobFailed, "no")))
            ended.ended = [order.id]
            _ = try journal.advance(ended, at: 3_000)
        }
        let all = try journal.finishedExecutions()
        #expect(all.count == 3)
        let held = try journal.heldExecutions()
        #expect(held.known.contains(PipelineFixture.id(3)))
        #expect(held.awaited.isEmpty)
        let marks = all.map { FateMark(seq: $0.seq, isWhole: true, reason: "count") }
        let taken = try journal.take(executions: marks, at: 9_000)
        #expect(taken.count == 3 - held.known.count)
        #expect(try journal.machine(of: "demo") == fixture.machine)
        #expect(try journal.execution(PipelineFixture.id(1)) == nil)
        // What must stay may still lose its artifacts.
        let last = FateMark(seq: all[2].seq, isWhole: false, reason: "bytes")
        #expect(try journal.take(executions: [last], at: 9_500) == [all[2].seq])
        #expect(try journal.removal(ofExecution: PipelineFixture.id(3))?.reason == "bytes")
    }

    @Test("the execution that a stage is rolled back to by hand is held, besides the one that is in it")
    func rollbackTargets() throws {
        var fixture = try PipelineFixture.make()
        let journal = fixture.journal
        var source = ActionOutput()
        let digest = Self.digest("a")
        source.artifacts = [
            ArtifactReference(name: "MainSource", digest: digest, size: 7, key: "demo/MainSource/x")
        ]
        func end(_ outcome: ActionOutcome) throws {
            let order = try #require(try journal.unfinishedEffects().last?.order)
            var ended = try fixture.apply(.actionEnded(id: order.id, outcome))
            ended.ended = [order.id]
            _ = try journal.advance(ended, at: 3_000)
        }
        for number in 1...4 {
            _ = try #require(try journal.queue(PipelineFixture.draft(number), at: 1_000))
            let pending = try #require(try journal.pendingEvents(of: "demo").first)
            var step = try fixture.apply(pending.event)
            step.applied = pending.seq
            _ = try journal.advance(step, at: 2_000)
            try end(ActionOutcome(output: source))
            // The third does not succeed in the second stage.
            try end(number == 3 ? .failed(.jobFailed, "no") : ActionOutcome())
        }
        func target(_ stage: String) throws -> String? {
            try journal.rollbackTarget(of: "demo", stage: stage)?.id
        }
        #expect(try target("Source") == PipelineFixture.id(3))
        #expect(try target("Build") == PipelineFixture.id(2))
        #expect(try target("Deploy") == nil)
        // To the source stage nothing goes back, so that the third is not held for it.
        #expect(try journal.heldExecutions().live == Set([2, 4].map(PipelineFixture.id)))
        // A new definition has nothing to go back to yet.
        let step = try fixture.apply(.defined(PipelineFixture.definition(version: 2)))
        try journal.define(
            PipelineFixture.definition(version: 2),
            origin: "test",
            assumesRules: true,
            step: step,
            at: 4_000
        )
        #expect(try target("Build") == nil)
    }

    @Test("old changes go, but the newest of each ref stays")
    func changes() throws {
        let (journal, repository) = try Fixture.journal()
        for (number, pair) in [("a", "b"), ("b", "c"), ("c", "d")].enumerated() {
            let notice = ChangeNotice(
                repository: repository,
                ref: Fixture.main,
                old: Fixture.oid(Character(pair.0)),
                new: Fixture.oid(Character(pair.1)),
                origin: .watch
            )
            _ = try journal.record(notice, build: number + 1)
        }
        #expect(try journal.trim(before: 2_000, limit: 10) == 0)
        #expect(try journal.trim(before: 2_001, limit: 1) == 1)
        #expect(try journal.trim(before: 2_001, limit: 10) == 1)
        #expect(try journal.changes().map(\.new) == [Fixture.oid("d")])
    }

    @Test("a journal from before retention is taken over with its sizes and artifacts")
    func migration() throws {
        let old = Migration.all.prefix { $0.name != "retention" }
        do {
            _ = try Journal(path: Fixture.path, migrations: Array(old))
            let result = #"{"artifacts":{"sha256sum":"\#(Self.digest("a"))","size":5},"secondaryArtifacts":[]}"#
            let columns = """
                project, uuid, number, ref, commit_oid, initiator, status, state, current_phase, environment, queued_at,
                started_at, ended_at, result
                """
            try Database(Fixture.path).execute(
                """
                INSERT INTO builds (\(columns)) VALUES
                ('abalone', '00000000-0000-4000-8000-000000000001', 1, 'r', 'c', 'i', 'SUCCEEDED', 'finished',
                 'COMPLETED', '[]', 1, 2, 3, ?1)
                """,
                [.text(result)]
            )
        }
        let journal = try Journal(path: Fixture.path)
        let found = try #require(try journal.finishedBuilds().first)
        #expect((found.hasSucceeded, found.endedAt, found.bytes) == (true, 3, nil))
        #expect(try journal.keptBytes() == 5)
        try journal.measure(builds: [found.seq: 42])
        #expect(try journal.keptBytes() == 47)
        try journal.database.check(isThorough: true)
    }
}
