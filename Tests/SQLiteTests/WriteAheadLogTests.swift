// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import SQLite

@Suite("SQLite write-ahead log", .scratchDirectory)
struct WriteAheadLogTests {
    private static let pageSize = 4096
    private static let frameSize = 24 + pageSize

    private var path: String { "\(ScratchDirectory.path)/killed.db" }
    private var logPath: String { "\(path)-wal" }

    /// Puts files there as a killed process leaves them.
    /// - Returns: the bytes of the log.
    private func makeLog(transactions: Int = 5, isBegunAnew: Bool = false) throws -> Data {
        let original = "\(ScratchDirectory.path)/live.db"
        let database = try Database(original)
        try database.executeScript("CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT) STRICT")
        if isBegunAnew {
            for number in 0..<20 { try insert(number, database) }
            try database.executeScript("PRAGMA wal_checkpoint(RESTART)")
        }
        for number in 100..<(100 + transactions) { try insert(number, database) }
        for suffix in ["", "-wal"] {
            try? FileManager.default.removeItem(atPath: path + suffix)
            try FileManager.default.copyItem(atPath: original + suffix, toPath: path + suffix)
        }
        try? FileManager.default.removeItem(atPath: "\(path)-shm")
        return try withExtendedLifetime(database) { try Data(contentsOf: URL(fileURLWithPath: logPath)) }
    }

    private func insert(_ number: Int, _ database: Database) throws {
        try database.transaction { () throws(SQLiteError) in
            let text = String(repeating: "x", count: 3000)
            try database.execute("INSERT INTO t VALUES (?1, ?2)", [.integer(Int64(number)), .text(text)])
        }
    }

    private func write(_ log: Data) throws {
        try log.write(to: URL(fileURLWithPath: logPath))
    }

    /// What opening says; nil when it opens.
    private func refusal() throws -> SQLiteError? {
        do throws(SQLiteError) {
            _ = try Database(path, .existing)
            return nil
        } catch {
            return error
        }
    }

    @Test("a bit that is flipped in any place but the last transaction is damage, and the log stays as it is")
    func flipped() throws {
        let good = try makeLog()
        let frames = (good.count - 32) / Self.frameSize
        // The last transaction may be one that nobody was told of.
        let commits = (0..<frames).filter { frame in
            good[32 + frame * Self.frameSize + 4..<32 + frame * Self.frameSize + 8].contains { $0 != 0 }
        }
        try #require(commits.count >= 6)
        let end = 32 + (commits[commits.count - 3] + 1) * Self.frameSize
        for place in [0, 3, 9, 17, 25] + stride(from: 32, to: end, by: 617) {
            var damaged = good
            damaged[place] ^= 0x10
            try write(damaged)
            let error = try #require(try refusal(), "byte \(place)")
            #expect(error.kind == .damaged && error.message.contains(logPath), "byte \(place): \(error)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: logPath)) == damaged, "byte \(place)")
        }
        try write(good)
        #expect(try refusal() == nil)
    }

    @Test("what the message says gives up what is behind the damage, and no more")
    func givenUp() throws {
        var log = try makeLog()
        let before = 32 + (log.count - 32) / Self.frameSize / 2 * Self.frameSize
        log[before + 100] ^= 1
        try write(log)
        let message = try #require(try refusal()).message
        let bytes = try #require(message.split(separator: "truncate -s ").last.flatMap { Int($0.prefix { $0 != " " }) })
        #expect((33...before).contains(bytes))
        try write(log.prefix(bytes))
        let database = try Database(path, .existing)
        let count = try database.first("SELECT count(*) FROM t") { row throws(SQLiteError) in try row.integer(0) }
        #expect((1...4).contains(try #require(count)))
    }

    @Test("a log that ends anywhere, as after a power cut, is good", arguments: [false, true])
    func torn(isBegunAnew: Bool) throws {
        let good = try makeLog(isBegunAnew: isBegunAnew)
        for size in stride(from: 0, to: good.count, by: 1999) {
            try write(good.prefix(size))
            #expect(try refusal() == nil, "\(size) bytes")
        }
    }

    @Test("of a transaction that was being written any part may be missing", arguments: [false, true])
    func unfinished(isBegunAnew: Bool) throws {
        let good = try makeLog(transactions: 3, isBegunAnew: isBegunAnew)
        let log = WriteAheadLog(path: logPath, pageSize: Self.pageSize)
        #expect(try log.damage() == nil)
        // Of the last transaction all but the last frame is gone, or the last is.
        let salts = good[16..<24]
        let own = (0..<(good.count - 32) / Self.frameSize).filter { frame in
            Data(good[32 + frame * Self.frameSize + 8..<32 + frame * Self.frameSize + 16]) == Data(salts)
        }
        let ends = own.filter { frame in
            good[32 + frame * Self.frameSize + 4..<32 + frame * Self.frameSize + 8].contains { $0 != 0 }
        }
        let last = (ends[ends.count - 2] + 1)...ends[ends.count - 1]
        for frame in last {
            for range in [0..<24, 24..<Self.frameSize, 0..<Self.frameSize] {
                var torn = good
                let start = 32 + frame * Self.frameSize
                torn.replaceSubrange(
                    start + range.lowerBound..<start + range.upperBound,
                    with: Data(count: range.count)
                )
                try write(torn)
                #expect(try refusal() == nil, "frame \(frame), \(range)")
            }
        }
    }

    @Test("a log that others write while it is read is good")
    func busy() async throws {
        let path = "\(ScratchDirectory.path)/busy.db"
        let first = try Database(path)
        try first.executeScript("CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT) STRICT")
        try await withThrowingTaskGroup { group in
            group.addTask {
                let database = try Database(path, .existing)
                for number in 0..<300 { try insert(number, database) }
            }
            for _ in 0..<40 { _ = try Database(path, .existing) }
            try await group.waitForAll()
        }
        withExtendedLifetime(first) {}
    }
}
