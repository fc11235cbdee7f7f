// SPDX-License-Identifier: Apache-2.0

import Foundation
import SQLite
import TestSupport
import Testing

@Suite("SQLite database", .scratchDirectory)
struct DatabaseTests {
    private func open(_ name: String = "test.db") throws -> Database {
        try Database("\(ScratchDirectory.path)/\(name)")
    }

    @Test("values of every kind come back as they were bound")
    func valuesRoundTrip() throws {
        let database = try open()
        try database.executeScript("CREATE TABLE t (i INTEGER, t TEXT, b BLOB, n TEXT) STRICT")
        try database.execute(
            "INSERT INTO t VALUES (?1, ?2, ?3, ?4)",
            [.integer(-(1 << 53)), .text("a\0b ü 🐚"), .blob([0, 255, 1]), nil]
        )
        let row = try database.first("SELECT i, t, b, n, n FROM t") { row throws(SQLiteError) in
            let values: [SQLiteValue] = [
                .integer(try row.integer(0)), .text(try row.text(1)), .blob(try row.blob(2)),
                SQLiteValue(try row.optionalText(3)),
            ]
            return (values: values, isNull: row.isNull(4))
        }
        #expect(row?.values == [.integer(-(1 << 53)), .text("a\0b ü 🐚"), .blob([0, 255, 1]), .null])
        #expect(row?.isNull == true)
    }

    @Test("an empty text and an empty blob are not NULL")
    func emptyValues() throws {
        let database = try open()
        let kinds = try database.first("SELECT typeof(?1), typeof(?2)", ["", .blob([])]) { row throws(SQLiteError) in
            [try row.text(0), try row.text(1)]
        }
        #expect(kinds == ["text", "blob"])
    }

    @Test("a value of another type is an error, not a default")
    func typeMismatch() throws {
        let database = try open()
        let error = #expect(throws: SQLiteError.self) {
            try database.first("SELECT 'x' AS name") { row throws(SQLiteError) in try row.integer(0) }
        }
        #expect(error?.kind == .damaged)
        #expect(error?.message == "the column name does not hold an integer")
    }

    @Test("a number beyond all instants and sizes is damage, as sums of it would overflow", arguments: ["", "-"])
    func tooLarge(sign: String) throws {
        let database = try open()
        let error = #expect(throws: SQLiteError.self) {
            try database.first("SELECT \(sign)9223372036854775807 AS at") { row throws(SQLiteError) in
                try row.integer(0)
            }
        }
        #expect(error?.kind == .damaged)
        #expect(error?.message == "the column at does not hold an integer of at most 53 bits")
    }

    @Test("the connection is in WAL mode, fully synchronous, with foreign keys")
    func settings() throws {
        let database = try open()
        let mode = try database.first("PRAGMA journal_mode") { row throws(SQLiteError) in try row.text(0) }
        let sync = try database.first("PRAGMA synchronous") { row throws(SQLiteError) in try row.integer(0) }
        let keys = try database.first("PRAGMA foreign_keys") { row throws(SQLiteError) in try row.integer(0) }
        #expect(mode == "wal")
        #expect(sync == 2)
        #expect(keys == 1)
    }

    @Test("a transaction that throws leaves nothing behind, and the next one works")
    func rollback() throws {
        let database = try open()
        try database.executeScript("CREATE TABLE t (i INTEGER PRIMARY KEY) STRICT")
        let error = #expect(throws: SQLiteError.self) {
            try database.transaction { () throws(SQLiteError) in
                try database.execute("INSERT INTO t VALUES (1)")
                try database.execute("INSERT INTO t VALUES (1)")
            }
        }
        #expect(error?.kind == .constraint)
        #expect(error?.code == 1555)
        try database.transaction { () throws(SQLiteError) in _ = try database.execute("INSERT INTO t VALUES (2)") }
        let rows = try database.query("SELECT i FROM t") { row throws(SQLiteError) in try row.integer(0) }
        #expect(rows == [2])
    }

    @Test("an error names the statement and never a bound value")
    func errorText() throws {
        let database = try open()
        try database.executeScript("CREATE TABLE t (name TEXT UNIQUE) STRICT")
        try database.execute("INSERT INTO t VALUES (?1)", ["hunter2"])
        let error = #expect(throws: SQLiteError.self) { try database.execute("INSERT INTO t VALUES (?1)", ["hunter2"]) }
        #expect(
            error?.description
                == "UNIQUE constraint failed: t.name (SQLite 2067) in: INSERT INTO t VALUES (?1)"
        )
    }

    @Test("a faulty statement is an error with SQLite's sentence")
    func faultyStatement() throws {
        let database = try open()
        #expect(throws: SQLiteError(code: 1, message: "no such table: nowhere", sql: "SELECT * FROM nowhere")) {
            try database.execute("SELECT * FROM nowhere")
        }
    }

    @Test("the same query can run inside its own loop")
    func nestedQuery() throws {
        let database = try open()
        try database.executeScript("CREATE TABLE t (i INTEGER) STRICT; INSERT INTO t VALUES (1), (2), (3)")
        let pairs = try database.query("SELECT i FROM t ORDER BY i") { row throws(SQLiteError) in
            let inner = try database.query("SELECT i FROM t ORDER BY i") { row throws(SQLiteError) in try row.integer(0)
            }
            return [try row.integer(0)] + inner
        }
        #expect(pairs == [[1, 1, 2, 3], [2, 1, 2, 3], [3, 1, 2, 3]])
    }

    @Test("two connections wait for each other instead of failing")
    func twoConnections() async throws {
        let path = "\(ScratchDirectory.path)/test.db"
        try Database(path).executeScript("CREATE TABLE t (i INTEGER) STRICT; INSERT INTO t VALUES (0)")
        try await withThrowingTaskGroup { group in
            for _ in 0..<2 {
                group.addTask {
                    let database = try Database(path, .existing, busyTimeoutMilliseconds: 60_000)
                    for _ in 0..<200 {
                        try database.transaction { () throws(SQLiteError) in
                            let old = try database.first("SELECT i FROM t") { row throws(SQLiteError) in
                                try row.integer(0)
                            }
                            try database.execute("UPDATE t SET i = ?1", [.integer((old ?? 0) + 1)])
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let database = try Database(path, .existing)
        #expect(try database.first("SELECT i FROM t") { row throws(SQLiteError) in try row.integer(0) } == 400)
    }

    @Test("a held lock is the error busy")
    func busy() throws {
        let holder = try open()
        let other = try Database("\(ScratchDirectory.path)/test.db", .existing, busyTimeoutMilliseconds: 1)
        try holder.transaction { () throws(SQLiteError) in
            let error = #expect(throws: SQLiteError.self) { try other.transaction { () throws(SQLiteError) in () } }
            #expect(error?.kind == .busy)
        }
    }

    @Test(
        "opening says what is wrong with a file",
        arguments: [
            ("no such folder", "/nowhere/at/all.db", SQLiteError.Kind.inaccessible),
            ("not a database", "text.db", .notADatabase),
        ]
    )
    func opening(name: String, file: String, kind: SQLiteError.Kind) throws {
        let path = file.hasPrefix("/") ? file : "\(ScratchDirectory.path)/\(file)"
        if !file.hasPrefix("/") {
            try String(repeating: "text ", count: 999).write(toFile: path, atomically: false, encoding: .utf8)
        }
        let error = #expect(throws: SQLiteError.self) { try Database(path) }
        #expect(error?.kind == kind)
    }

    @Test("a missing file is not made when it must exist")
    func existingOnly() throws {
        let error = #expect(throws: SQLiteError.self) { try Database("\(ScratchDirectory.path)/none.db", .existing) }
        #expect(error?.kind == .inaccessible)
        #expect(!FileManager.default.fileExists(atPath: "\(ScratchDirectory.path)/none.db"))
    }

    @Test("a connection that goes away closes its files")
    func closing() throws {
        let path = "\(ScratchDirectory.path)/test.db"
        do {
            let database = try Database(path)
            try database.executeScript("CREATE TABLE t (i INTEGER) STRICT")
            _ = try database.query("SELECT i FROM t") { row throws(SQLiteError) in try row.integer(0) }
            #expect(FileManager.default.fileExists(atPath: path + "-wal"))
        }
        #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
    }
}
