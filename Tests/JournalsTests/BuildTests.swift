// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import WireWords

@testable import Journals

@Suite("Journal: builds", .scratchDirectory)
struct BuildTests {
    let journal: Journal

    init() throws {
        journal = try Journal(path: Fixture.path)
    }

    private func enqueue(_ number: Int, project: String = "abalone") throws -> BuildID {
        try journal.enqueue(Fixture.draft(number, project: project), at: 1_000).id
    }

    @Test("a build's record holds all that was asked for")
    func wholeRecord() throws {
        var draft = try Fixture.draft(7, repository: RepositoryID(rawValue: 3))
        draft.previousCommit = Fixture.oid("a")
        draft.environment = #"[{"name":"A","value":"ü"}]"#
        draft.buildspec = "version: 0.2\n"
        draft.waitReason = "both slots are taken"
        let record = try journal.enqueue(draft, at: 1_000)
        #expect(try journal.build(draft.id) == record)
        #expect(record.id.description == "abalone:00000000-0000-4000-8000-000000000007")
        #expect(record.seq == 1)
        #expect(record.number == 1)
        #expect(record.repository == RepositoryID(rawValue: 3))
        #expect(record.commit == Fixture.oid("b"))
        #expect(record.previousCommit == Fixture.oid("a"))
        #expect(record.environment == #"[{"name":"A","value":"ü"}]"#)
        #expect(record.buildspec == "version: 0.2\n")
        #expect(record.currentPhase == "QUEUED")
        #expect(record.queuedAt == 1_000)
        #expect(record.startedAt == nil)
        #expect(record.waitReason == "both slots are taken")
    }

    @Test("a build goes from queued to finished, and every step is on record")
    func lifeCycle() throws {
        let id = try enqueue(1)
        let starting = try #require(try journal.start(id, at: 2_000))
        #expect(starting.state == .starting)
        #expect(starting.startedAt == 2_000)
        #expect(starting.waitReason == nil)
        let finished = try #require(
            try journal.finish(id, .failed, reason: "exit status 1", result: #"{"id":"x"}"#, at: 3_000)?.ended
        )
        #expect(finished.state == .finished)
        #expect(finished.status == .failed)
        #expect(finished.currentPhase == "COMPLETED")
        #expect(finished.endedAt == 3_000)
        #expect(finished.endReason == "exit status 1")
        #expect(finished.result == #"{"id":"x"}"#)
        #expect(try journal.build(id) == finished)
    }

    @Test("what does not follow from the present state is refused, and changes nothing")
    func refusedMoves() throws {
        let id = try enqueue(1)
        try journal.start(id, at: 2_000)
        #expect(try journal.start(id, at: 2_001) == nil)
        #expect(try journal.build(id)?.startedAt == 2_000)
    }

    @Test("25: of two verdicts the first holds")
    func firstVerdict() throws {
        let id = try enqueue(1)
        try journal.start(id, at: 2_000)
        let finished = try journal.finish(id, .timedOut, at: 3_000)?.ended
        #expect(try journal.finish(id, .succeeded, at: 3_001) == nil)
        #expect(try journal.requestStop(id, by: "ann", at: 3_002) == nil)
        #expect(try journal.build(id) == finished)
    }

    @Test("stopping a queued build ends it at once")
    func stopQueued() throws {
        let id = try enqueue(1)
        let record = try #require(try journal.requestStop(id, by: "ann", at: 2_000))
        #expect(record.state == .finished)
        #expect(record.status == .stopped)
        #expect(record.endedAt == 2_000)
        #expect(record.endReason == "stopped by ann before it began")
        #expect(try journal.start(id, at: 3_000) == nil)
        #expect(try journal.unfinishedBuilds().isEmpty)
    }

    @Test("stopping a running build records the first request and leaves the verdict open")
    func stopRunning() throws {
        let id = try enqueue(1)
        try journal.start(id, at: 2_000)
        try journal.requestStop(id, by: "ann", at: 3_000)
        let record = try #require(try journal.requestStop(id, by: "ben", at: 4_000))
        #expect(record.state == .starting)
        #expect(record.currentPhase == "PROVISIONING")
        #expect(record.stopRequestedBy == "ann")
        #expect(record.stopRequestedAt == 3_000)
        #expect(try journal.finish(id, .stopped, at: 5_000)?.ended.status == .stopped)
    }

    @Test("operations on a build that is not there give nothing")
    func unknownBuild() throws {
        let id = try Fixture.id(9)
        #expect(try journal.start(id, at: 1) == nil)
        #expect(try journal.finish(id, .failed, at: 1) == nil)
        #expect(try journal.requestStop(id, by: "ann", at: 1) == nil)
        #expect(try journal.build(id) == nil)
    }

    @Test("11: numbers count from 1 in each project, without gaps")
    func numbers() throws {
        let projects = ["abalone", "mussel", "abalone", "abalone", "mussel"]
        let numbers = try projects.enumerated().map { offset, project in
            try journal.enqueue(Fixture.draft(offset, project: project), at: 1_000).number
        }
        #expect(numbers == [1, 1, 2, 3, 2])
        #expect(try journal.build(project: "mussel", number: 2)?.seq == 5)
        #expect(try journal.build(project: "mussel", number: 3) == nil)
    }

    @Test("44: an id is taken only once, and the failed try costs no number")
    func takenID() throws {
        _ = try enqueue(1)
        let error = #expect(throws: JournalError.self) { try enqueue(1) }
        #expect(error?.code == .conflict)
        #expect(try journal.enqueue(Fixture.draft(2), at: 1_000).number == 2)
    }

    @Test("the unique part is found by its beginning, in either case; what is ambiguous gives several")
    func prefixes() throws {
        for (project, uuid) in [
            ("abalone", "ab000000-0000-4000-8000-000000000001"), ("mussel", "ab100000-0000-4000-8000-000000000002"),
            ("mussel", "ac000000-0000-4000-8000-000000000003"),
        ] {
            var draft = try Fixture.draft(1)
            draft.id = try #require(BuildID(project: project, uuid: uuid))
            _ = try journal.enqueue(draft, at: 1_000)
        }
        #expect(try journal.builds(uuidPrefix: "AB0").map(\.id.project) == ["abalone"])
        #expect(try journal.builds(uuidPrefix: "ab").count == 2)
        #expect(try journal.builds(uuidPrefix: "a", limit: 2).count == 2)
        #expect(try journal.builds(uuidPrefix: "ab000000-0000-4000-8000-000000000001").count == 1)
        #expect(try journal.builds(uuidPrefix: "").isEmpty)
        #expect(try journal.builds(uuidPrefix: "ab%").isEmpty)
    }

    @Test("the whole id is needed to match: another project's name finds nothing")
    func otherProject() throws {
        _ = try enqueue(1)
        #expect(try journal.build(Fixture.id(1, project: "mussel")) == nil)
    }

    @Test("lists are newest first, filtered, and go on where the page before ended")
    func lists() throws {
        for number in 1...6 { _ = try enqueue(number, project: number.isMultiple(of: 2) ? "even" : "odd") }
        try journal.finish(Fixture.id(2, project: "even"), .succeeded, result: "{}", at: 2_000)
        try journal.finish(Fixture.id(3, project: "odd"), .failed, at: 2_000)
        #expect(try journal.builds().map(\.seq) == [6, 5, 4, 3, 2, 1])
        #expect(try journal.builds(BuildQuery(limit: 2)).map(\.seq) == [6, 5])
        #expect(try journal.builds(BuildQuery(before: 5, limit: 2)).map(\.seq) == [4, 3])
        #expect(try journal.builds(BuildQuery(project: "even")).map(\.seq) == [6, 4, 2])
        #expect(try journal.builds(BuildQuery(project: "even", before: 6, limit: 1)).map(\.seq) == [4])
        #expect(try journal.builds(BuildQuery(status: .failed)).map(\.seq) == [3])
        #expect(try journal.builds(BuildQuery(project: "odd", status: .inProgress)).map(\.seq) == [5, 1])
        #expect(try journal.builds(BuildQuery(status: .succeeded)).map(\.result) == [nil])
        #expect(try journal.builds(BuildQuery(status: .succeeded, includesResults: true)).map(\.result) == ["{}"])
        #expect(try journal.latestBuild(project: "odd")?.seq == 5)
        #expect(try journal.latestBuild()?.seq == 6)
        #expect(try journal.unfinishedBuilds().map(\.seq) == [1, 4, 5, 6])
    }

    @Test(
        "texts are ids only in AWS's form",
        arguments: [
            ("abalone:00000000-0000-4000-8000-00000000000A", true), ("a:b:00000000-0000-4000-8000-000000000000", true),
            (":00000000-0000-4000-8000-000000000000", false), ("00000000-0000-4000-8000-000000000000", false),
            ("abalone:00000000-0000-4000-8000-00000000000", false),
            ("abalone:00000000_0000-4000-8000-000000000000", false),
            ("abalone:g0000000-0000-4000-8000-000000000000", false), ("", false),
        ]
    )
    func ids(text: String, isValid: Bool) {
        #expect((BuildID(text) != nil) == isValid)
        #expect(!isValid || BuildID(text)?.description == text.lowercased())
    }

    @Test("a retry is queued in the same transaction, with all that the build was given")
    func retry() throws {
        let id = try Fixture.draft(1).id
        let first = try journal.enqueue(Fixture.draft(1), at: 1_000)
        try journal.start(id, at: 2_000)
        let draft = BuildDraft(retrying: first, as: BuildID.make(project: id.project))
        let both = try #require(try journal.finish(id, .failed, retry: draft, at: 3_000))
        let retry = try #require(both.retry)
        #expect(retry.number == first.number + 1)
        #expect(retry.attempt == 1)
        #expect(retry.retryOf == id.description)
        #expect(retry.commit == first.commit)
        #expect(try journal.unfinishedBuilds() == [retry])
        #expect(try journal.finish(id, .failed, retry: draft, at: 4_000) == nil)
    }

    @Test("a build that has waited too long leaves the queue; one that runs does not")
    func expiry() throws {
        let waiting = try journal.enqueue(Fixture.draft(1), at: 1_000)
        let expired = try #require(try journal.expire(waiting.id, reason: "too long", at: 2_000))
        #expect(expired.status == .timedOut)
        #expect(expired.endReason == "too long")
        let running = try journal.enqueue(Fixture.draft(2), isStarting: true, at: 3_000)
        #expect(try journal.expire(running.id, reason: "too long", at: 4_000) == nil)
    }
}
