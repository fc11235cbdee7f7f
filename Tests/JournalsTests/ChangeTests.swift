// SPDX-License-Identifier: Apache-2.0

import Pipelines
import TestSupport
import Testing
import WireWords

@testable import Journals

@Suite("Journal: changes", .scratchDirectory)
struct ChangeTests {
    let journal: Journal
    let repository: RepositoryID

    init() throws {
        (journal, repository) = try Fixture.journal()
    }

    private func hook(_ old: Character, _ new: Character, isCurrent: Bool = true) -> ChangeNotice {
        ChangeNotice(
            repository: repository,
            ref: Fixture.main,
            old: Fixture.oid(old),
            new: Fixture.oid(new),
            origin: .hook,
            isCurrent: isCurrent,
            pusher: "ann",
            options: ["nacre.wait", "odd \"quoted\"\n\u{1}\\ü"]
        )
    }

    private func scan(_ old: Character, _ new: Character, _ origin: ChangeOrigin = .watch) -> ChangeNotice {
        ChangeNotice(
            repository: repository,
            ref: Fixture.main,
            old: Fixture.oid(old),
            new: Fixture.oid(new),
            origin: origin
        )
    }

    @Test("a hook's notice becomes a change, a build with a number, and the last-seen value")
    func hookRecords() throws {
        let recorded = try journal.record(hook("a", "b"), build: 1)
        #expect(recorded.verdict == .recorded)
        #expect(recorded.build?.number == 1)
        #expect(recorded.build?.state == .queued)
        #expect(recorded.build?.status == .inProgress)
        #expect(try journal.lastSeenMain(repository) == Fixture.oid("b"))
        let change = try #require(try journal.changes().first)
        #expect(change.seq == recorded.seq)
        #expect(change.origin == .hook)
        #expect(change.isClaimed)
        #expect(change.pusher == "ann")
        #expect(change.options == ["nacre.wait", "odd \"quoted\"\n\u{1}\\ü"])
        #expect(change.outcome == "build")
        #expect(change.build == recorded.build?.id)
    }

    @Test("4: hook first, then the watcher: one build")
    func hookThenWatch() throws {
        let first = try journal.record(hook("a", "b"), build: 1)
        let second = try journal.record(scan("a", "b"), build: 2)
        #expect(second.isDuplicate)
        #expect(second.build == first.build)
        #expect(try journal.builds().count == 1)
    }

    @Test(
        "4: watcher first, then the hook: one build, and the hook's pusher is kept",
        arguments: [
            ChangeOrigin.watch, .start,
        ]
    )
    func watchThenHook(origin: ChangeOrigin) throws {
        let first = try journal.record(scan("a", "b", origin), build: 1)
        let second = try journal.record(hook("a", "b"), build: 2)
        #expect(second.isDuplicate)
        #expect(second.seq == first.seq)
        #expect(second.build == first.build)
        let change = try #require(try journal.changes().first)
        #expect(change.origin == origin)
        #expect(change.isClaimed)
        #expect(change.pusher == "ann")
        #expect(try journal.builds().count == 1)
    }

    @Test("a scan that finds the last-seen value is not news")
    func scanWithoutChange() throws {
        let recorded = try journal.record(scan("a", "a", .start), build: 1)
        #expect(recorded == RecordedChange(seq: nil, verdict: .duplicate, build: nil))
        #expect(try journal.changes().isEmpty)
    }

    @Test("a scan that was overtaken changes nothing")
    func overtakenScan() throws {
        _ = try journal.record(hook("a", "b"), build: 1)
        _ = try journal.record(hook("b", "c"), build: 2)
        let recorded = try journal.record(scan("a", "b"), build: 3)
        #expect(recorded == RecordedChange(seq: nil, verdict: .overtaken, build: nil))
        #expect(try journal.lastSeenMain(repository) == Fixture.oid("c"))
        #expect(try journal.builds().count == 2)
    }

    @Test("two pushes that a scan saw as one are two builds, the second not doubled by its hook")
    func coalescedScan() throws {
        _ = try journal.record(scan("a", "c"), build: 1)
        let first = try journal.record(hook("a", "b", isCurrent: false), build: 2)
        let second = try journal.record(hook("b", "c"), build: 3)
        #expect(first.verdict == .recorded)
        #expect(second.verdict == .claimed)
        #expect(second.build?.number == 1)
        #expect(try journal.lastSeenMain(repository) == Fixture.oid("c"))
    }

    @Test("a push that is told after a newer one is on record, but begins no execution in front of the newer one's")
    func lateExecution() throws {
        let definition = PipelineFixture.definition()
        let step = PipelineFixture.step(PipelineMachine(definition))
        try journal.define(definition, origin: "", assumesRules: true, step: step, at: 1_000)
        let name = definition.name
        func record(_ notice: ChangeNotice, _ number: Int) throws -> RecordedChange {
            try journal.record([(notice, .executions([PipelineFixture.draft(number, pipeline: name)]))], at: 2_000)[0]
        }
        #expect(try record(scan("a", "c"), 1).executions.map(\.label) == ["\(name)/1"])
        let late = try record(hook("a", "b", isCurrent: false), 2)
        #expect(late.verdict == .late && late.executions.isEmpty)
        let newer = try record(hook("b", "c"), 3)
        #expect(newer.verdict == .claimed && newer.executions.map(\.label) == ["\(name)/1"])
        // Told again, it is no news.
        #expect(try record(hook("b", "c"), 4).verdict == .duplicate)
        #expect(try journal.changes().map(\.outcome) == ["overtaken", "executions"])
        #expect(try journal.pendingEvents(of: name).count == 1)
        #expect(try journal.lastSeenMain(repository) == Fixture.oid("c"))
    }

    @Test("late hooks each claim the scan's change of their own push")
    func lateHooks() throws {
        _ = try journal.record(scan("a", "b"), build: 1)
        _ = try journal.record(scan("b", "c"), build: 2)
        #expect(try journal.record(hook("a", "b", isCurrent: false), build: 3).build?.number == 1)
        #expect(try journal.record(hook("b", "c"), build: 4).build?.number == 2)
        #expect(try journal.builds().count == 2)
    }

    @Test("the same notice delivered twice is one change")
    func redelivery() throws {
        let first = try journal.record(hook("a", "b"), build: 1)
        let second = try journal.record(hook("a", "b"), build: 2)
        #expect(second.isDuplicate)
        #expect(second.build == first.build)
        #expect(try journal.builds().count == 1)
    }

    @Test("a notice delivered twice after a scan is one change")
    func redeliveryAfterClaim() throws {
        _ = try journal.record(scan("a", "b"), build: 1)
        _ = try journal.record(hook("a", "b"), build: 2)
        #expect(try journal.record(hook("a", "b"), build: 3).isDuplicate)
        #expect(try journal.builds().count == 1)
    }

    @Test("pushing a commit again after a force-push back is a new build")
    func pushedAgain() throws {
        let recorded = [hook("a", "b"), hook("b", "a"), hook("a", "b")].enumerated().map { offset, notice in
            try? journal.record(notice, build: offset + 1).verdict
        }
        #expect(recorded == [.recorded, .recorded, .recorded])
        #expect(try journal.builds().map(\.number) == [3, 2, 1])
    }

    @Test("a scan's change of long ago does not swallow a later push to the same commit", arguments: [true, false])
    func staleScan(isCurrent: Bool) throws {
        _ = try journal.record(scan("a", "b", .start), build: 1)
        _ = try journal.record(hook("b", "c"), build: 2)
        let recorded = try journal.record(hook("c", "b", isCurrent: isCurrent), build: 3)
        #expect(recorded.verdict == .recorded)
        #expect(recorded.build?.number == 3)
    }

    @Test("a watched scan after a force-push back is a new build")
    func scannedAgain() throws {
        _ = try journal.record(scan("a", "b"), build: 1)
        _ = try journal.record(scan("b", "a"), build: 2)
        #expect(try journal.record(scan("a", "b"), build: 3).verdict == .recorded)
        #expect(try journal.record(hook("a", "b"), build: 4).build?.number == 3)
    }

    @Test(
        "a hook's notice that is not current moves the last-seen value only when it continues from it",
        arguments: [
            ("a", "b", "b"), ("x", "y", "a"),
        ] as [(Character, Character, Character)]
    )
    func lastSeen(old: Character, new: Character, expected: Character) throws {
        _ = try journal.record(hook(old, new, isCurrent: false), build: 1)
        #expect(try journal.lastSeenMain(repository) == Fixture.oid(expected))
    }

    @Test("8: a ref that is deleted and made again is two changes, whoever notices first")
    func deletion() throws {
        let gone = try journal.record([(scan("a", "0"), .none("deleted"))], at: 2_000)[0]
        #expect(gone.verdict == .recorded)
        #expect(gone.build == nil)
        #expect(try journal.lastSeenMain(repository) == nil)
        #expect(try journal.record([(hook("a", "0"), .none("deleted"))], at: 2_000)[0].isDuplicate)
        #expect(try journal.record(hook("0", "a"), build: 1).verdict == .recorded)
        #expect(try journal.record(scan("0", "a"), build: 2).isDuplicate)
        #expect(try journal.changes().map(\.outcome) == ["build", "deleted"])
    }

    @Test("the zeros of a SHA-256 repository also mean that there is no ref")
    func longZeros() throws {
        var notice = scan("a", "0")
        notice.new = String(repeating: "0", count: 64)
        _ = try journal.record([(notice, .none("deleted"))], at: 2_000)
        #expect(try journal.lastSeenMain(repository) == nil)
    }

    @Test("a skipped change has its reason, no build and no number")
    func skipped() throws {
        let recorded = try journal.record([(hook("a", "b"), .skip("push option nacre.skip"))], at: 2_000)[0]
        #expect(recorded.build == nil)
        let change = try #require(try journal.changes(repository: repository).first)
        #expect(change.outcome == "skipped")
        #expect(change.reason == "push option nacre.skip")
        #expect(try journal.record(scan("a", "b"), build: 1).isDuplicate)
        #expect(try journal.record(hook("b", "c"), build: 1).build?.number == 1)
    }

    @Test("7: a push of 500 refs is one transaction in order")
    func manyRefs() throws {
        let changes = try (1...500).map { number in
            var notice = hook("0", "b")
            notice.ref = "refs/heads/branch-\(number)"
            return (notice: notice, intent: ChangeIntent.build(try Fixture.draft(number)))
        }
        let recorded = try journal.record(changes, freeSlots: 2, at: 2_000)
        #expect(recorded.map { $0.build?.number } == (1...500).map { $0 })
        #expect(recorded.prefix(3).map { $0.build?.state } == [.starting, .starting, .queued])
        #expect(try journal.builds(BuildQuery(limit: 500)).count { $0.state == .queued } == 498)
    }

    @Test("free slots are not spent on duplicates")
    func freeSlots() throws {
        _ = try journal.record(hook("a", "b"), build: 1)
        let recorded = try journal.record(
            [
                (scan("a", "b"), .build(try Fixture.draft(2))), (hook("b", "c"), .build(try Fixture.draft(3))),
                (hook("c", "d"), .build(try Fixture.draft(4))),
            ],
            freeSlots: 1,
            at: 3_000
        )
        #expect(recorded.map { $0.build?.state } == [.queued, .starting, .queued])
        #expect(recorded[1].build?.startedAt == 3_000)
        #expect(recorded[1].build?.currentPhase == "PROVISIONING")
    }

    @Test("one bad notice undoes the whole push")
    func atomic() throws {
        _ = try journal.record(hook("a", "b"), build: 1)
        let error = #expect(throws: JournalError.self) {
            try journal.record(
                [(hook("b", "c"), .build(try Fixture.draft(2))), (hook("c", "d"), .build(try Fixture.draft(1)))],
                at: 2_000
            )
        }
        #expect(error?.code == .conflict)
        #expect(try journal.lastSeenMain(repository) == Fixture.oid("b"))
        #expect(try journal.changes().count == 1)
        #expect(try journal.record(hook("b", "c"), build: 2).build?.number == 2)
    }

    @Test("a notice of a repository that is not there is refused")
    func unknownRepository() throws {
        try journal.removeRepository(repository)
        let error = #expect(throws: JournalError.self) { try journal.record(hook("a", "b"), build: 1) }
        #expect(error?.code == .conflict)
        #expect(error?.message == "What was to be recorded clashes with what is on record: there is no repository 1.")
    }

    @Test(
        "1: ref names are data",
        arguments: [
            "refs/heads/$(id)", "refs/heads/';DROP TABLE builds;--", "refs/heads/-x", "refs/heads/ü\u{7f}",
            "refs/heads/" + String(repeating: "n", count: 250),
        ]
    )
    func hostileNames(ref: String) throws {
        var notice = hook("0", "b")
        notice.ref = ref
        _ = try journal.record(notice, build: 1)
        #expect(try journal.lastSeenRefs(repository).contains(RefValue(ref: ref, oid: Fixture.oid("b"))))
    }
}
