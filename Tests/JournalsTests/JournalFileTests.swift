// SPDX-License-Identifier: Apache-2.0

import Foundation
import SQLite
import TestSupport
import Testing
import WireWords

@testable import Journals

@Suite("Journal: file", .scratchDirectory)
struct JournalFileTests {
    private var path: String { Fixture.path }

    private func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: ScratchDirectory.path).sorted()
    }

    /// Makes a journal with some builds, closes it, and gives the bytes of its file.
    private func makeFile(builds: Int = 200) throws -> Data {
        let journal = try Journal(path: path)
        for number in 0..<builds { _ = try journal.enqueue(Fixture.draft(number), at: 1_000) }
        return try withExtendedLifetime(journal) { try Data(contentsOf: URL(fileURLWithPath: path)) }
    }

    private func write(_ data: Data) throws {
        try data.write(to: URL(fileURLWithPath: path))
    }

    private func openingError() -> JournalError? {
        #expect(throws: JournalError.self) { try Journal(path: path) }
    }

    @Test("a new journal leaves no drafts, and is for its owner only")
    func creation() throws {
        let journal = try Journal(path: path)
        try withExtendedLifetime(journal) {
            #expect(try files() == ["nacre.db", "nacre.db-shm", "nacre.db-wal"])
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test("a lost journal is not replaced by an empty one while anything shows that there was one")
    func lost() throws {
        let error = #expect(throws: JournalError.self) { try Journal(path: path) { "/home/builds/x" } }
        #expect(error?.code == .missing)
        #expect(
            error?.message == """
                \(path) is missing, but /home/builds/x shows that it was there. Nothing was changed. Restore the file from \
                a backup; or, to begin anew without repositories and build history, move all of \(ScratchDirectory.path) away.
                """
        )
        #expect(throws: JournalError.self) { try Journal(existing: path) }
        #expect(try files() == [])
        _ = try Journal(path: path)
        // One that is there is not asked for traces.
        _ = try Journal(path: path) { "/home/builds/x" }
    }

    @Test("the instants of waiting builds move with the date, and those of others do not")
    func moveQueue() throws {
        let journal = try Journal(path: path)
        let started = try journal.enqueue(Fixture.draft(1), at: 1_000)
        let waiting = try journal.enqueue(Fixture.draft(2), at: 2_000)
        _ = try journal.start(started.id, at: 3_000)
        try journal.moveQueue(by: 10_000, noting: "{}", kind: "k", name: "n", at: 4_000)
        #expect(try journal.build(started.id)?.queuedAt == 1_000)
        #expect(try journal.build(waiting.id)?.queuedAt == 12_000)
        #expect(try journal.resource(kind: "k", name: "n")?.body == "{}")
    }

    @Test("everything is there again after each reopening")
    func reopening() throws {
        var (journal, repository) = try Fixture.journal()
        func reopen() throws { journal = try Journal(path: path) }
        let notice = ChangeNotice(
            repository: repository,
            ref: Fixture.main,
            old: Fixture.oid("a"),
            new: Fixture.oid("b"),
            origin: .watch
        )
        let build = try #require(try journal.record(notice, build: 1).build)
        try reopen()
        #expect(try journal.repository(repository)?.name == "abalone")
        #expect(try journal.build(build.id) == build)
        #expect(try journal.record(notice, build: 2).isDuplicate)
        let started = try journal.start(build.id, at: 2_000)
        try reopen()
        #expect(try journal.unfinishedBuilds() == [try #require(started)])
        let finished = try journal.finish(build.id, .succeeded, result: "{}", at: 3_000)?.ended
        try reopen()
        #expect(try journal.build(build.id) == finished)
        #expect(try journal.finish(build.id, .failed, at: 4_000) == nil)
        #expect(try journal.enqueue(Fixture.draft(3), at: 5_000).number == 2)
        try journal.database.check(isThorough: true)
    }

    @Test("11: what was recorded is there after kill -9, with numbers unique and rising")
    func killed() throws {
        let after = path + ".after"
        do {
            let journal = try Journal(path: path)
            for number in 1...50 { _ = try journal.enqueue(Fixture.draft(number), at: 1_000) }
            try journal.database.transaction { () throws(SQLiteError) in
                try journal.database.execute("DELETE FROM builds")
                // The files as a killed process leaves them: its locks go with it, its writes stay.
                for suffix in ["", "-wal"] {
                    #expect(throws: Never.self) {
                        try FileManager.default.copyItem(atPath: path + suffix, toPath: after + suffix)
                    }
                }
            }
        }
        let journal = try Journal(path: after)
        #expect(try journal.builds(BuildQuery(limit: 100)).map(\.number) == (1...50).reversed())
        #expect(try journal.enqueue(Fixture.draft(51), at: 1_000).number == 51)
        try journal.database.check(isThorough: true)
    }

    @Test("two journals on one file give unique numbers and see each other's builds")
    func twoJournals() async throws {
        let path = path
        try await withThrowingTaskGroup { group in
            for half in 0..<2 {
                group.addTask {
                    let journal = try Journal(path: path)
                    for number in 0..<100 { _ = try journal.enqueue(Fixture.draft(half * 100 + number), at: 1_000) }
                }
            }
            try await group.waitForAll()
        }
        let journal = try Journal(path: path)
        let builds = try journal.builds(BuildQuery(limit: 1_000))
        #expect(builds.map(\.number) == (1...200).reversed())
        #expect(try files().filter { $0.contains("new") }.isEmpty)
        try journal.database.check(isThorough: true)
    }

    @Test("an older schema is brought up to date, its content kept, and a copy of it lies beside")
    func migration() throws {
        let old = Array(Migration.all.prefix(1))
        let count = "SELECT count(*) FROM sqlite_schema WHERE name = 'builds'"
        do {
            _ = try Journal(path: path, migrations: old)
            // As the version of then wrote it.
            try Database(path).executeScript(
                """
                INSERT INTO repositories (name, path, hosted, hooked, branches, state, added_at)
                VALUES ('abalone', '/a.git', 1, 1, '["main"]', 'good', 1);
                """
            )
        }
        let journal = try Journal(path: path)
        #expect(try journal.repositories().map(\.name) == ["abalone"])
        #expect(try journal.repositories().map(\.settings) == ["{}"])
        #expect(try journal.enqueue(Fixture.draft(1), at: 1).number == 1)
        #expect(try files().contains("nacre.db.before-2"))
        let copy = try Database(path + ".before-2")
        let tables = try copy.first(count, []) { row throws(SQLiteError) in try row.integer(0) }
        #expect(tables == 0)
        let names = try copy.query("SELECT name FROM repositories", []) { row throws(SQLiteError) in try row.text(0) }
        #expect(names == ["abalone"])
    }

    @Test("tables that are not those that were made, by a bit turned over, are told as damage")
    func otherTables() throws {
        _ = try Journal(path: path)
        try Database(path, .existing).executeScript(
            """
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = replace(sql, 'started_at', 'ctarted_at') WHERE name = 'builds';
            """
        )
        let error = #expect(throws: JournalError.self) { try Journal(path: path).latestBuild() }
        #expect(error?.code == .damaged, "\(String(describing: error))")
    }

    @Test("a step that fails leaves the schema as it was")
    func failedMigration() throws {
        let broken = Migration(
            name: "broken",
            sql: "CREATE TABLE extra (i INTEGER) STRICT; CREATE TABLE builds (i INTEGER)"
        )
        _ = try Journal(path: path)
        let error = #expect(throws: JournalError.self) { try Journal(path: path, migrations: Migration.all + [broken]) }
        #expect(error?.code == .damaged)
        let journal = try Journal(path: path)
        let sql = "SELECT count(*) FROM sqlite_schema WHERE name = 'extra'"
        #expect(try journal.database.first(sql) { row throws(SQLiteError) in try row.integer(0) } == 0)
    }

    @Test("17: a newer schema is refused, named, and left as it is")
    func newerSchema() throws {
        let future = Migration(name: "endpoints", sql: "CREATE TABLE endpoints (id INTEGER PRIMARY KEY) STRICT")
        _ = try Journal(path: path, migrations: Migration.all + [future])
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let error = openingError()
        #expect(error?.code == .newerSchema)
        #expect(
            error?.message == """
                \(path) was written by a newer version of Nacre (its schema has the step 'endpoints'). Nothing was \
                changed. Run that version; or restore a copy from before the upgrade (\(path).before-…).
                """
        )
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test(
        "17: a truncated file is refused with its path and what to do",
        arguments: [0, 1, 50, 100, 4_096, 12_288, 40_960]
    )
    func truncated(length: Int) throws {
        _ = try makeFile()
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        let data = whole.prefix(length)
        try #require(data.count < whole.count)
        try write(data)
        let error = try #require(openingError())
        #expect(error.code == .damaged)
        #expect(error.message.hasPrefix("\(path) is damaged: "))
        #expect(error.message.contains("Restore the file from a backup"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == data)
    }

    @Test("17: another file is refused and left as it is", arguments: ["text", "sqlite"])
    func foreign(kind: String) throws {
        if kind == "text" {
            try write(Data(String(repeating: "not a database\n", count: 100).utf8))
        } else {
            try Database(path).executeScript("CREATE TABLE theirs (i INTEGER)")
        }
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let error = try #require(openingError())
        #expect(error.code == .notAJournal)
        #expect(
            error.message.hasPrefix(
                "\(path) is not a journal of Nacre's, or its beginning is damaged. Nothing was changed."
            )
        )
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test("17: flipped bits are refused or harmless: never a trap, never an empty journal", arguments: 0..<40)
    func flippedBits(seed: Int) throws {
        _ = try makeFile(builds: 50)
        var data = try Data(contentsOf: URL(fileURLWithPath: path))
        // A small linear congruential generator, so that each case is the same in every run.
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        for _ in 0..<(1 + seed % 8) { data[next(seed < 10 ? 4_096 : data.count)] ^= UInt8(1 << next(8)) }
        try write(data)
        do throws(JournalError) {
            let journal = try Journal(path: path)
            #expect(try journal.builds(BuildQuery(limit: 100)).count == 50)
        } catch {
            #expect([.damaged, .notAJournal, .newerSchema, .fault, .inaccessible].contains(error.code), "\(error)")
        }
    }

    @Test("17: damage in the middle of a small file is found at the start")
    func damagedPage() throws {
        _ = try makeFile()
        var data = try Data(contentsOf: URL(fileURLWithPath: path))
        // The header of every page but the first: whatever pages there are, they cannot be read.
        for page in stride(from: 4_096, to: data.count, by: 4_096) { data[page] ^= 0xff }
        try write(data)
        #expect(openingError()?.code == .damaged)
    }

    @Test("17: a lost file is not replaced by an empty one while its log is there")
    func lostFile() throws {
        let path = path
        let journal = try Journal(path: path)
        try withExtendedLifetime(journal) {
            _ = try journal.enqueue(Fixture.draft(1), at: 1)
            try FileManager.default.copyItem(atPath: path + "-wal", toPath: path + ".kept")
        }
        try FileManager.default.removeItem(atPath: path)
        try? FileManager.default.removeItem(atPath: path + "-wal")
        try FileManager.default.moveItem(atPath: path + ".kept", toPath: path + "-wal")
        let error = try #require(openingError())
        #expect(error.code == .missing)
        #expect(error.message.hasPrefix("\(path) is missing, but \(path)-wal shows that it was there."))
    }

    @Test("16: a full disk undoes the operation, says so, and is over when there is room again")
    func fullDisk() throws {
        let (journal, repository) = try Fixture.journal()
        func setLimit(_ pages: Int) throws {
            _ = try journal.database.first("PRAGMA max_page_count = \(pages)") { row throws(SQLiteError) in
                try row.integer(0)
            }
        }
        // SQLite's own limit gives the same code as a disk without space.
        try setLimit(1)
        var notice = ChangeNotice(
            repository: repository,
            ref: Fixture.main,
            old: Fixture.oid("a"),
            new: Fixture.oid("b"),
            origin: .hook
        )
        notice.options = [String(repeating: "x", count: 100_000)]
        let error = #expect(throws: JournalError.self) { try journal.record(notice, build: 1) }
        #expect(error?.code == .diskFull)
        #expect(error?.message == "\(path) cannot be written: no space is left on the disk. Make room, and try again.")
        #expect(try journal.lastSeenMain(repository) == Fixture.oid("a"))
        #expect(try journal.builds().isEmpty)
        try setLimit(1_000_000)
        #expect(try journal.record(notice, build: 1).build?.number == 1)
    }

    @Test("an actor can own a journal")
    func ownedByActor() async throws {
        actor Owner {
            let journal: Journal
            init(path: String) throws { journal = try Journal(path: path) }
            func enqueue() throws -> Int64 { try journal.enqueue(Fixture.draft(1), at: 1).number }
        }
        #expect(try await Owner(path: path).enqueue() == 1)
    }

    @Test("a folder that is not there is named")
    func noFolder() throws {
        let error = #expect(throws: JournalError.self) { try Journal(path: "/nowhere/at/all/nacre.db") }
        #expect(error?.code == .inaccessible)
        #expect(
            error?.message
                == "/nowhere/at/all/nacre.db cannot be used: No such file or directory. "
                + "See that the file and its folder can be read and written."
        )
    }
}
