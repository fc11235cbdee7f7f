// SPDX-License-Identifier: Apache-2.0

import Digests
import Files
import Foundation
import TestSupport
import Testing

@testable import Audits

@Suite("The audit log", .scratchDirectory, .timeLimit(.minutes(40)))
struct AuditLogTests {
    private let folder = ScratchDirectory.path
    private let ada = AuditActor(uid: 1000, user: "ada", pid: 17)

    private var files: AuditFiles { AuditFiles(in: folder) }

    /// Puts things on record, one append each.
    private func write(_ count: Int, limitBytes: Int64 = AuditLog.standardLimitBytes) throws {
        let log = AuditLog(in: folder, limitBytes: limitBytes)
        for number in 0..<count { try log.append(who: ada, action: "build.stop", subject: "app#\(number)") }
    }

    private func lines(_ path: String? = nil) throws -> [String] {
        try String(contentsOfFile: path ?? files.current, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private func put(_ lines: [String]) throws {
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: files.current))
    }

    private func problem() throws -> String? {
        try AuditVerifier.verify(files).problem.map { problem in
            "\(problem.file.split(separator: "/").last ?? ""):\(problem.line): \(problem.message)"
        }
    }

    @Test("each line holds the sum of the one before, and says who did what")
    func chain() throws {
        try write(3)
        let records = try AuditReader.newest(of: files, limit: 10)
        #expect(records.map(\.sequence) == [1, 2, 3])
        #expect(records.map(\.subject) == ["app#0", "app#1", "app#2"])
        #expect(records.allSatisfy { $0.who == ada && $0.action == "build.stop" })
        let sum = try Program.run(
            "/bin/sh",
            ["-c", "head -1 audit.log | tr -d '\\n' | sha256sum"],
            environment: Program.path,
            in: folder
        )
        #expect(sum.output.hasPrefix(records[1].previous.hex))
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        for record in records { #expect(abs(try format.parse(record.time).timeIntervalSinceNow) < 3600) }
        let verdict = try AuditVerifier.verify(files)
        #expect(verdict.problem == nil && verdict.records == 3)
        #expect(AuditLog(in: folder).head()?.text == "3:\(verdict.digest.hex)")
    }

    @Test("several things on record are one append, and the newest are found")
    func several() throws {
        let log = AuditLog(in: folder)
        try log.append((0..<50).map { AuditEntry(ada, "push", "app", ["number": "\($0)"]) })
        let newest = try AuditReader.newest(of: files, limit: 2)
        #expect(newest.map { $0.details["number"] } == ["48", "49"])
        #expect(try AuditReader.newest(of: files, limit: 10, since: "2999") == [])
        #expect(try AuditReader.newest(of: files, limit: 100, since: "2000").count == 50)
    }

    @Test("full files are put away, and the chain goes on over them")
    func rotated() throws {
        try write(20, limitBytes: 1000)
        let archives = try files.archives()
        #expect(archives.count >= 3)
        #expect(archives.first?.hasSuffix("/audit-000000000001.log") ?? false)
        let verdict = try AuditVerifier.verify(files)
        #expect(verdict.problem == nil && verdict.records == 20)
        #expect(try AuditReader.newest(of: files, limit: 20).map(\.sequence) == Array(1...20))
        // Any of them can be looked at by itself.
        #expect(try AuditVerifier.verify([archives[1]]).problem == nil)
        try FileManager.default.removeItem(atPath: archives[1])
        let second = try #require(archives[2].split(separator: "/").last)
        #expect(try problem()?.hasPrefix("\(second):1: record") ?? false)
        try FileManager.default.removeItem(atPath: archives[0])
        #expect(try problem()?.contains("the beginning is missing") ?? false)
    }

    /// What somebody does to the lines of a log of six records.
    private static let tampering: [(name: String, change: @Sendable (inout [String]) -> Void, expected: String)] = [
        (
            "changed", { $0[2] = $0[2].replacing("app#2", with: "app#9") },
            "audit.log:3: the line is not the one that was written: the next one holds another sum of it"
        ),
        ("taken out", { $0.remove(at: 2) }, "audit.log:3: record 3 is missing before this line"),
        ("doubled", { $0.insert($0[2], at: 3) }, "audit.log:4: record 3 is there again, after 3"),
        ("swapped", { $0.swapAt(2, 3) }, "audit.log:3: record 3 is missing before this line"),
        ("spoilt", { $0[2] = "{}" }, "audit.log:3: this is no record"),
        (
            "numbered beyond all numbers",
            { $0[2] = $0[2].replacing("\"sequence\":3", with: "\"sequence\":9223372036854775807") },
            "audit.log:3: this is no record"
        ),
        (
            "last changed", { $0[5] = $0[5].replacing("ada", with: "bob") },
            "audit.log:6: the last line is not the one that was written"
        ),
        (
            "cut off", { $0.removeSubrange(4...5) },
            "audit.log:0: the end is missing: the last record is 4, but 6 was written"
        ),
        ("emptied", { $0 = [""] }, "audit.log:0: the end is missing: the last record is 0, but 6 was written"),
        (
            "beginning cut off", { $0.removeFirst() },
            "audit.log:1: the beginning is missing: the first record here is 2"
        ),
    ]

    @Test("a line that was tampered with is found", arguments: tampering.indices)
    func tampered(index: Int) throws {
        try write(6)
        let (name, change, expected) = Self.tampering[index]
        var lines = try lines()
        change(&lines)
        try put(lines)
        #expect(try problem() == expected, "\(name)")
        // What comes later does not hide it.
        try write(1)
        let after = try problem()
        #expect(after != nil, "\(name)")
    }

    @Test("a missing head is told of, and made anew")
    func headless() throws {
        try write(2)
        try FileManager.default.removeItem(atPath: files.head)
        #expect(try problem()?.hasPrefix("audit.head:0: ") ?? false)
        try write(1)
        let actions = try AuditReader.newest(of: files, limit: 9).map(\.action)
        #expect(actions == ["build.stop", "build.stop", "audit.repaired", "build.stop"])
        // It stays to be seen that something may have been lost.
        #expect(try problem() == "audit.log:3: the head was missing then: records before it may be, too")
        #expect(try AuditVerifier.verify([files.current]).problem?.line == 3)
    }

    @Test("whoever wrote before is not deceived by an end that was taken away with the head")
    func remembered() throws {
        let log = AuditLog(in: folder)
        try write(5)
        let head = try log.append([AuditEntry(ada, "push")])
        try put(Array(try lines().prefix(3)) + [""])
        try FileManager.default.removeItem(atPath: files.head)
        try log.append([AuditEntry(ada, "push")], after: head)
        #expect(try problem() == "audit.log:4: records 4 to 6 are missing before this line")
        let records = try AuditReader.newest(of: files, limit: 9)
        #expect(records.map(\.action) == ["build.stop", "build.stop", "build.stop", "audit.truncated", "push"])
        // Everything is gone, and it goes on from what is remembered.
        let last = try #require(log.head())
        for path in [files.current, files.head] { try FileManager.default.removeItem(atPath: path) }
        try log.append([AuditEntry(ada, "push")], after: last)
        #expect(try problem() == "audit.log:1: the beginning is missing: the first record here is 9")
    }

    @Test("no log at all is a problem where there must be one")
    func absent() throws {
        #expect(try AuditVerifier.verify(files).problem == nil)
        let problem = try AuditVerifier.verify(files, isExpected: true).problem
        #expect(problem?.message == "there is none, though the home is in use")
    }

    @Test("what is put on record behind half a line is a line of its own")
    func behindHalfLine() throws {
        try write(3)
        let text = try lines().joined(separator: "\n")
        try Data(text.utf8.dropLast(10)).write(to: URL(fileURLWithPath: files.current))
        try write(1)
        #expect(try lines().count == 6)
        #expect(try problem() == "audit.log:3: this is no record")
        let records = try AuditReader.newest(of: files, limit: 9)
        #expect(records.map(\.action) == ["build.stop", "build.stop", "audit.truncated", "build.stop"])
        #expect(records[2].details["missingBytes"] == "10")
    }

    @Test("after a power cut the head may be behind files that were put away since", arguments: [1, 3, 7])
    func staleHead(count: Int) throws {
        try write(count, limitBytes: 1000)
        let head = try Data(contentsOf: URL(fileURLWithPath: files.head))
        try write(20, limitBytes: 1000)
        try head.write(to: URL(fileURLWithPath: files.head))
        #expect(try problem() == nil)
        try write(2, limitBytes: 1000)
        #expect(try problem() == nil)
        let records = try AuditReader.newest(of: files, limit: 99)
        #expect(records.map(\.sequence) == (1...Int64(count + 22)).map(\.self))
        #expect(records.allSatisfy { $0.action == "build.stop" })
    }

    @Test("a first record whose head did not follow it is not a head that was lost")
    func firstCrash() throws {
        try write(1)
        try Data(AuditHead.start.file).write(to: URL(fileURLWithPath: files.head))
        try write(1)
        #expect(try problem() == nil)
        #expect(try AuditReader.newest(of: files, limit: 9).map(\.action) == ["build.stop", "build.stop"])
    }

    @Test("half a last line, as a crash leaves it, is repaired, and that is on record")
    func halfLine() throws {
        try write(2)
        let whole = try lines()
        try put(Array(whole.dropLast()) + [String(whole[0].prefix(40))])
        let verdict = try AuditVerifier.verify(files)
        #expect(verdict.problem == nil && verdict.records == 2)
        #expect(verdict.note?.hasPrefix("\(files.current):3: ") ?? false)
        try write(1)
        #expect(try problem() == nil)
        let records = try AuditReader.newest(of: files, limit: 9)
        #expect(records.map(\.action) == ["build.stop", "build.stop", "audit.repaired", "build.stop"])
        #expect(records[2].details == ["reason": "the last line had no end", "removedBytes": "40"])
    }

    @Test("lines that were written before a crash kept the head from following are not lost")
    func behind() throws {
        try write(2)
        let head = try Data(contentsOf: URL(fileURLWithPath: files.head))
        try write(2)
        try head.write(to: URL(fileURLWithPath: files.head))
        #expect(try problem() == nil)
        try write(1)
        #expect(try problem() == nil)
        #expect(try AuditReader.newest(of: files, limit: 9).map(\.action) == Array(repeating: "build.stop", count: 5))
    }

    @Test("a crash while a full file is put away loses nothing")
    func crashedRotation() throws {
        try write(3)
        try FileManager.default.moveItem(atPath: files.current, toPath: "\(folder)/audit-000000000001.log")
        #expect(try problem() == nil)
        try write(2)
        #expect(try problem() == nil)
        #expect(try AuditReader.newest(of: files, limit: 9).map(\.sequence) == Array(1...5))
    }

    @Test("what cannot be written is refused, and leaves nothing")
    func refused() throws {
        try write(1)
        try FileManager.default.moveItem(atPath: files.current, toPath: "\(folder)/elsewhere")
        try FileManager.default.createDirectory(atPath: files.current, withIntermediateDirectories: false)
        #expect(throws: AuditError.self) { try write(1) }
        try FileManager.default.removeItem(atPath: files.current)
        try FileManager.default.moveItem(atPath: "\(folder)/elsewhere", toPath: files.current)
        try write(1)
        #expect(try problem() == nil)
    }

    @Test("many writers at once make one chain")
    func writers() async throws {
        let folder = folder
        let ada = ada
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // Checking meanwhile finds nothing, whatever is put away.
                for _ in 0..<50 {
                    let files = AuditFiles(in: folder)
                    #expect(try AuditVerifier.verify(files).problem == nil)
                    let found = try AuditReader.newest(of: files, limit: 1000).map(\.sequence)
                    #expect(found == Array(0..<Int64(found.count)).map { $0 + 1 })
                }
            }
            for writer in 0..<4 {
                group.addTask {
                    for _ in 0..<25 {
                        try AuditLog(in: folder, limitBytes: 4000).append(
                            who: ada,
                            action: "push",
                            subject: "app\(writer)"
                        )
                    }
                }
            }
            try await group.waitForAll()
        }
        let verdict = try AuditVerifier.verify(files)
        #expect(verdict.problem == nil && verdict.records == 100)
    }

    @Test("a long text is cut, and control bytes stay data")
    func hostile() throws {
        let text = String(repeating: "x\n\u{1b}]0;", count: 5000)
        try AuditLog(in: folder).append(who: ada, action: "push", subject: text, details: ["a": text])
        #expect(try lines().count == 2)
        #expect(try lines()[0].utf8.count < 20_000)
        #expect(try problem() == nil)
    }

    @Test("one character of a megabyte, and a thousand names, take no more room than others")
    func giant() throws {
        let character = "e" + String(repeating: "\u{301}", count: 500_000)
        var details = Dictionary(uniqueKeysWithValues: (0..<1000).map { ("name\($0)", "x") })
        details["a" + character] = character
        try AuditLog(in: folder).append(who: ada, action: "push", subject: character, details: details)
        #expect(try lines()[0].utf8.count < 20_000)
        let record = try #require(try AuditReader.newest(of: files, limit: 1).first)
        #expect(record.subject.utf8.count == 1999 + "…".utf8.count)
        #expect(record.details.count == 101 && record.details["…"] == "901 more")
    }

    @Test("who has logged in stays known through sudo")
    func login() {
        #expect(AuditActor.session("1000\n") == 1000)
        #expect(AuditActor.session("4294967295") == nil)
        #expect(AuditActor.session("") == nil)
        #expect(AuditActor(uid: 0, pid: 1, session: 0).login == nil)
        let actor = AuditActor(uid: 0, pid: 1, session: 4_294_967_294)
        #expect(actor.login == "4294967294" && actor.name == "4294967294 as root")
    }

    @Test(
        "an instant is known by its form",
        arguments: [
            ("2026-01-31", "2026-01-31"), ("2026-01-31T12:00", "2026-01-31T12:00"),
            ("2026-01-31T12:00:59Z", "2026-01-31T12:00:59"), ("2026-01-31T12:00:59.123Z", "2026-01-31T12:00:59.123"),
            ("31-01-2026", nil), ("2026-13-01", nil), ("2026-01-31T24:00", nil), ("2026-1-31", nil), ("2d", nil),
            ("-----------", nil), ("", nil),
        ]
    )
    func instant(text: String, expected: String?) {
        #expect(AuditTime.beginning(text) == expected)
    }
}
