// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import Journals

@Suite("Journal: repositories", .scratchDirectory)
struct RepositoryTests {
    let journal: Journal

    init() throws {
        journal = try Journal(path: Fixture.path)
    }

    private func add(_ name: String, path: String? = nil) throws -> RepositoryRecord {
        let draft = RepositoryDraft(
            name: name,
            path: path ?? "/srv/\(name).git",
            isHosted: false,
            isHooked: true,
            branches: ["main", "model/*"]
        )
        return try journal.addRepository(draft, at: 5)
    }

    @Test("a repository is found by number, name and path")
    func find() throws {
        let record = try add("abalone")
        #expect(record.branches == ["main", "model/*"])
        #expect(record.problem == nil)
        #expect(!record.isHosted)
        #expect(record.isHooked)
        #expect(record.addedAt == 5)
        #expect(try journal.repository(record.id) == record)
        #expect(try journal.repository(named: "abalone") == record)
        #expect(try journal.repository(atPath: "/srv/abalone.git") == record)
        #expect(try journal.repository(named: "Abalone") == nil)
    }

    @Test("repositories are listed by name")
    func list() throws {
        for name in ["c", "a", "b"] { _ = try add(name) }
        #expect(try journal.repositories().map(\.name) == ["a", "b", "c"])
    }

    @Test("a taken name or path is a conflict", arguments: [("abalone", "/other.git"), ("other", "/srv/abalone.git")])
    func conflict(name: String, path: String) throws {
        _ = try add("abalone")
        let error = #expect(throws: JournalError.self) { try add(name, path: path) }
        #expect(error?.code == .conflict)
        #expect(try journal.repositories().count == 1)
    }

    @Test("9: a problem marks a repository bad until it is taken back")
    func problems() throws {
        let id = try add("abalone").id
        #expect(try journal.setProblem(id, "it is gone")?.problem == "it is gone")
        #expect(try journal.setProblem(id, "it is gone") == nil)
        #expect(try journal.repository(id)?.problem == "it is gone")
        let recovered = try #require(try journal.setProblem(id, nil))
        #expect(recovered.problem == nil)
        #expect(try journal.setProblem(id, nil) == nil)
    }

    @Test("removing a repository keeps its builds, and its number is not given again")
    func remove() throws {
        let id = try add("abalone").id
        let notice = ChangeNotice(
            repository: id,
            ref: Fixture.main,
            old: Fixture.zero,
            new: Fixture.oid("b"),
            origin: .watch
        )
        _ = try journal.record(notice, build: 1)
        #expect(try journal.removeRepository(id))
        #expect(try !journal.removeRepository(id))
        #expect(try journal.lastSeenRefs(id).isEmpty)
        #expect(try journal.builds(BuildQuery(repository: id)).count == 1)
        #expect(try journal.changes(repository: id).count == 1)
        #expect(try add("abalone").id > id)
    }

    @Test(
        "lists of texts survive whatever they hold",
        arguments: [
            [], [""], ["a"], ["a", "b,c", "\"", "\\", "\n\t\u{0}", "ü🐚", "\u{1f}", "]"],
        ] as [[String]]
    )
    func textLists(list: [String]) {
        #expect(TextList.decode(TextList.encode(list)) == list)
    }

    @Test(
        "other texts are not lists",
        arguments: ["", "[", "]", "[]x", "[\"a\"", "[a]", "[\"a\",]", "[\"\\q\"]", "[\"\\u12\"]"]
    )
    func brokenTextLists(text: String) {
        #expect(TextList.decode(text) == nil)
    }
}
