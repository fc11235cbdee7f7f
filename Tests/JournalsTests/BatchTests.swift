// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import WireWords

@testable import Journals

@Suite("Journal: batches", .scratchDirectory)
struct BatchTests {
    /// A journal whose repository has got a push that begins a batch.
    private func begun() throws -> (journal: Journal, batch: BatchRecord) {
        let (journal, repository) = try Fixture.journal()
        let draft = BatchDraft(
            BuildDraft(
                id: BuildID.make(project: "app"),
                repository: repository,
                ref: "refs/heads/main",
                commit: Fixture.oid("b"),
                initiator: "ada"
            )
        )
        let notice = ChangeNotice(
            repository: repository,
            ref: draft.ref,
            old: Fixture.oid("a"),
            new: draft.commit,
            origin: .hook
        )
        let recorded = try journal.record([(notice, .batch(draft))], at: 2)
        let batch = try #require(recorded.first?.batch)
        // The same push, told again, is the same batch.
        #expect(try journal.record([(notice, .batch(draft))], at: 3).first?.batch == batch)
        return (journal, batch)
    }

    private func draft(_ batch: BatchRecord, item: String) -> BuildDraft {
        var draft = BuildDraft(
            id: BuildID.make(project: "app"),
            repository: batch.repository,
            ref: batch.ref,
            commit: batch.commit,
            initiator: "ada"
        )
        draft.batch = batch.id.description
        draft.batchItem = "\"\(item)\""
        return draft
    }

    @Test("a push begins a batch once, with a number of its own")
    func begin() throws {
        let (journal, batch) = try begun()
        #expect(batch.number == 1 && batch.status == .inProgress && batch.plan == nil)
        #expect(try journal.unfinishedBatches() == [batch])
        #expect(try journal.batch(batch.id) == batch)
        #expect(try journal.batch(project: "app", number: 1) == batch)
        #expect(try journal.batches(uuidPrefix: String(batch.id.uuid.prefix(8))) == [batch])
        #expect(try journal.builds(ofBatch: batch.id).isEmpty)
    }

    @Test("nothing moves before the plan, which is kept once")
    func plan() throws {
        let (journal, batch) = try begun()
        #expect(try journal.advance(batch.id, at: 3) { _, _ in BatchStep(verdict: .succeeded) } == nil)
        #expect(try journal.plan(batch.id, "[1]", at: 4)?.plan == "[1]")
        #expect(try journal.plan(batch.id, "[2]", at: 5)?.plan == "[1]")
        #expect(try journal.batch(batch.id)?.plannedAt == 4)
    }

    @Test("what follows is decided on what is there, and queued in the same transaction")
    func advance() throws {
        let (journal, batch) = try begun()
        _ = try journal.plan(batch.id, "[]", at: 3)
        let first = try #require(
            try journal.advance(batch.id, at: 4) { record, builds in
                #expect(builds.isEmpty && record.plan == "[]")
                return BatchStep(starts: [draft(record, item: "a"), draft(record, item: "b")])
            }
        )
        #expect(first.queued.map(\.batchItem) == ["\"a\"", "\"b\""])
        #expect(first.batch.status == .inProgress)
        let last = try #require(
            try journal.advance(batch.id, at: 5) { _, builds in
                #expect(builds == first.queued)
                return BatchStep(verdict: .failed)
            }
        )
        #expect(last.batch.status == .failed && last.batch.endedAt == 5)
        #expect(try journal.unfinishedBatches().isEmpty)
        #expect(try journal.advance(batch.id, at: 6) { _, _ in BatchStep() } == nil)
    }

    @Test("a refusal ends the batch with its code; a stop is noted once and only while it goes on")
    func ends() throws {
        let (journal, batch) = try begun()
        #expect(try journal.requestBatchStop(batch.id, by: "ada", at: 3)?.stopRequestedBy == "ada")
        #expect(try journal.requestBatchStop(batch.id, by: "bob", at: 4)?.stopRequestedBy == "ada")
        let refused = try journal.refuse(batch.id, code: "YAML_FILE_ERROR", reason: "no file", at: 5)
        #expect(refused?.status == .failed && refused?.problemCode == "YAML_FILE_ERROR")
        #expect(try journal.refuse(batch.id, code: "X", reason: "again", at: 6) == nil)
        #expect(try journal.requestBatchStop(batch.id, by: "eve", at: 7) == nil)
    }

    @Test("a build that is tried again stays in its batch")
    func retry() throws {
        let (journal, batch) = try begun()
        _ = try journal.plan(batch.id, "[]", at: 3)
        let build = try #require(
            try journal.advance(batch.id, at: 4) { record, _ in BatchStep(starts: [draft(record, item: "a")]) }
        ).queued[0]
        let retry = BuildDraft(retrying: build, as: BuildID.make(project: "app"))
        let next = try journal.finish(build.id, .failed, retry: retry, at: 5)?.retry
        #expect(next?.batch == batch.id.description && next?.batchItem == "\"a\"")
        #expect(try journal.builds(ofBatch: batch.id).count == 2)
    }
}
