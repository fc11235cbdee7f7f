// SPDX-License-Identifier: Apache-2.0

import Foundation
import SQLite
import TestSupport
import Testing
import WireWords

@testable import Journals

/// 20: a journal of the first schema, with rows in all states, is upgraded and downgraded.
@Suite("20: journals of other versions", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault20JournalTests {
    private static let states: [(state: String, status: String)] = [
        ("queued", "IN_PROGRESS"), ("starting", "IN_PROGRESS"), ("running", "IN_PROGRESS"), ("finished", "SUCCEEDED"),
        ("finished", "FAILED"), ("finished", "FAULT"), ("finished", "STOPPED"), ("finished", "TIMED_OUT"),
    ]

    private var path: String { Fixture.path }

    /// A journal as the first version with builds left it.
    private func makeFirst() throws {
        let journal = try Journal(path: path, migrations: Array(Migration.all.prefix(2)))
        let database = journal.database
        try database.executeScript(
            """
            INSERT INTO repositories (id, name, path, hosted, hooked, branches, state, problem, added_at) VALUES
                (1, 'app', '/srv/app.git', 1, 1, '["main"]', 'good', NULL, 1),
                (2, 'lost', '/srv/lost.git', 0, 0, '[]', 'bad', 'it is gone', 2);
            INSERT INTO refs VALUES (1, 'refs/heads/main', '\(Fixture.oid("a"))');
            INSERT INTO changes (repository_id, ref, old, new, origin, claimed, moved, at, pusher, options, outcome)
                VALUES (1, 'refs/heads/main', '\(Fixture.zero)', '\(Fixture.oid("a"))', 'hook', 1, 1, 3, 'ada', '[]', 'build');
            INSERT INTO counters VALUES ('app', \(Self.states.count));
            """
        )
        for (index, row) in Self.states.enumerated() {
            let isOver = row.state == "finished"
            try database.execute(
                """
                INSERT INTO builds (project, uuid, number, repository_id, ref, commit_oid, initiator, status, state,
                    current_phase, environment, queued_at, started_at, ended_at, end_reason)
                VALUES ('app', ?1, ?2, 1, 'refs/heads/main', ?3, 'ada', ?4, ?5, ?6, '[]', ?2, ?7, ?8, ?9)
                """,
                [
                    .text(try Fixture.id(index, project: "app").uuid), .integer(Int64(index + 1)),
                    .text(Fixture.oid("a")), .text(row.status), .text(row.state),
                    .text(isOver ? "COMPLETED" : row.state == "queued" ? "QUEUED" : "BUILD"),
                    row.state == "queued" ? .null : .integer(50), isOver ? .integer(60) : .null,
                    isOver ? .text("reason \(index)") : .null,
                ]
            )
        }
    }

    private func check(_ journal: Journal) throws {
        let builds = try journal.builds(BuildQuery(limit: 100)).sorted { $0.number < $1.number }
        #expect(builds.map(\.state.rawValue) == Self.states.map(\.state))
        #expect(builds.map(\.status.rawValue) == Self.states.map(\.status))
        #expect(builds.last?.endReason == "reason 7")
        #expect(try journal.unfinishedBuilds().map(\.number) == [1, 2, 3])
        #expect(try journal.repositories().map(\.problem) == [nil, "it is gone"])
        #expect(try journal.lastSeenRefs(RepositoryID(rawValue: 1)).map(\.oid) == [Fixture.oid("a")])
        try journal.database.check(isThorough: true)
    }

    @Test("20: rows in all states are there after the upgrade, and they go on")
    func upgrade() throws {
        try makeFirst()
        let journal = try Journal(path: path)
        try check(journal)
        #expect(try journal.start(Fixture.id(0, project: "app"), at: 70)?.state == .starting)
        #expect(try journal.finish(Fixture.id(2, project: "app"), .succeeded, at: 80)?.ended.state == .finished)
        #expect(try journal.enqueue(Fixture.draft(20, project: "app"), at: 90).number == 9)
    }

    @Test("20: the older version refuses the upgraded file, and goes on with the copy that lies beside it")
    func downgrade() throws {
        try makeFirst()
        _ = try Journal(path: path).enqueue(Fixture.draft(20, project: "app"), at: 90)
        let first = Array(Migration.all.prefix(2))
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let error = #expect(throws: JournalError.self) { try Journal(path: path, migrations: first) }
        #expect(error?.code == .newerSchema)
        #expect(error?.message.contains("\(path).before-") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)

        for name in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + name) }
        try FileManager.default.moveItem(atPath: "\(path).before-3", toPath: path)
        let old = try Journal(path: path, migrations: first)
        let numbers = try old.database.query("SELECT number, state FROM builds ORDER BY number") {
            row throws(SQLiteError) in "\(try row.integer(0)) \(try row.text(1))"
        }
        #expect(numbers == Self.states.enumerated().map { "\($0.offset + 1) \($0.element.state)" })

        // And up again: nothing of what was there before is lost on the way.
        _ = consume old
        try check(try Journal(path: path))
    }
}
