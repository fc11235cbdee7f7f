// SPDX-License-Identifier: Apache-2.0

import SQLite
import TestSupport
import Testing
import WireWords

@testable import Journals

@Suite("Journal: query plans", .scratchDirectory)
struct QueryPlanTests {
    private func plan(_ journal: Journal, _ sql: String, _ count: Int) throws -> [String] {
        let values = [SQLiteValue](repeating: .null, count: count)
        return try journal.database.query("EXPLAIN QUERY PLAN \(sql)", values) { row throws(SQLiteError) in
            try row.text(3)
        }
    }

    @Test(
        "no list of builds reads or sorts more rows than it gives",
        arguments: [
            BuildQuery(),
            BuildQuery(before: 1),
            BuildQuery(project: "p"),
            BuildQuery(project: "p", before: 1, includesResults: true),
            BuildQuery(repository: RepositoryID(rawValue: 1)),
            BuildQuery(repository: RepositoryID(rawValue: 1), before: 1),
            BuildQuery(status: .failed),
            BuildQuery(status: .failed, before: 1),
            BuildQuery(project: "p", status: .failed),
            BuildQuery(project: "p", status: .failed, before: 1),
        ]
    )
    func lists(query: BuildQuery) throws {
        let (sql, values) = query.statement
        let plan = try plan(try Journal(path: Fixture.path), sql, values.count)
        let isBounded = query.project == nil && query.repository == nil && query.status == nil
        // Without a filter the table itself is walked from its end, until the limit.
        let expected = isBounded ? ["SCAN builds", "SEARCH builds USING INTEGER PRIMARY KEY (rowid<?)"] : []
        #expect(plan.count == 1)
        #expect(
            plan.allSatisfy { expected.contains($0) || $0.hasPrefix("SEARCH builds USING INDEX builds_by_") },
            "\(plan)"
        )
        #expect(
            query.status == nil || query.project == nil || plan[0].contains("builds_by_project_and_status"),
            "\(plan)"
        )
    }

    @Test(
        "no search for builds reads the whole table",
        arguments: [
            (Journal.buildByID, 1), (Journal.buildByNumber, 2), (Journal.buildsByPrefix, 3), (Journal.unfinished, 0),
        ]
    )
    func searches(sql: String, count: Int) throws {
        let plan = try plan(try Journal(path: Fixture.path), sql, count)
        let isPartial = plan.contains { $0.contains("builds_unfinished") }
        #expect(isPartial || plan.allSatisfy { $0.hasPrefix("SEARCH builds USING INDEX") }, "\(plan)")
        #expect(isPartial || !plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
    }

    @Test("20,000 builds are numbered, listed and reopened")
    func many() throws {
        let journal = try Journal(path: Fixture.path)
        let repository = try journal.addRepository(
            RepositoryDraft(name: "a", path: "/a.git", isHosted: true, isHooked: true, branches: ["main"]),
            at: 1
        )
        for batch in 0..<20 {
            _ = try journal.record(
                (0..<1_000).map { offset in
                    let notice = ChangeNotice(
                        repository: repository.id,
                        ref: "refs/heads/\(batch)-\(offset)",
                        old: Fixture.zero,
                        new: Fixture.oid("b"),
                        origin: .hook
                    )
                    return (notice, .build(try Fixture.draft(batch * 1_000 + offset, repository: repository.id)))
                },
                at: 1_000
            )
        }
        let again = try Journal(path: Fixture.path)
        #expect(try again.unfinishedBuilds().count == 20_000)
        #expect(try again.builds(BuildQuery(limit: 3)).map(\.number) == [20_000, 19_999, 19_998])
        #expect(try again.builds(BuildQuery(project: "abalone", before: 10_000, limit: 1)).map(\.number) == [9_999])
        #expect(try again.builds(uuidPrefix: "00000000-0000-4000-8000-000000004e1f").map(\.number) == [20_000])
        #expect(Set(try again.builds(BuildQuery(limit: 30_000)).map(\.number)).count == 20_000)
    }
}
