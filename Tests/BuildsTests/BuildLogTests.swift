// SPDX-License-Identifier: Apache-2.0

import Files
import Glibc
import Masks
import TestSupport
import Testing

@testable import Builds

@Suite("Build log", .scratchDirectory)
struct BuildLogTests {
    @Test("secrets are hidden in what commands print and in the agent's lines")
    func masking() throws {
        let path = ScratchDirectory.path + "/log"
        let log = try BuildLog(path: path)
        let (reading, writing) = try Descriptor.pipe()
        let output = Descriptor(owning: reading)
        let input = Descriptor(owning: writing)
        log.mask = SecretMask(hiding: [NamedSecret(name: "TOKEN", value: "hunter22")])

        try input.writeAll("Password: hunt")
        #expect(try log.take(from: output) == 14)
        #expect(try text(path) == "Password: ")
        try input.writeAll("er22\n" + String(repeating: "a long line ", count: 1000) + "hunter22 hunter")
        while try log.take(from: output, limit: 5000) == 5000 {}
        try log.flushMask()
        let long = String(repeating: "a long line ", count: 1000)
        #expect(try text(path) == "Password: ***\n\(long)*** hunter")

        try log.raw("\nraw hunter22\n")
        try log.agent("said hunter22")
        let lines = try text(path).split(separator: "\n")
        #expect(lines.suffix(2).first == "raw ***")
        #expect(lines.last?.hasSuffix(" said ***") == true)
    }

    @Test("beyond the limit the end is kept in whole lines, and what was left out is counted")
    func limit() throws {
        let path = ScratchDirectory.path + "/log"
        let log = try BuildLog(path: path, limitBytes: 400)
        for number in 0..<30 { try log.raw("line \(number)\n") }
        #expect(!log.isFull)
        for number in 30..<100 { try log.raw("line \(number)\n") }
        #expect(log.isFull && log.position == 790)
        #expect(log.last(16) == Array("line 98\nline 99\n".utf8))
        let before = try text(path)
        try log.finish()
        let whole = try text(path)
        #expect(whole.hasPrefix(before))
        let lines = whole.split(separator: "\n").map(String.init)
        #expect(lines[37] == "line 37" && lines[38] == "line 3")
        #expect(
            lines[39].hasSuffix(
                " The log has reached its limit of 400 bytes: what comes now is left out, but for the end, which is written "
                    + "when the build is over"
            )
        )
        #expect(lines[40].hasSuffix(" 394 bytes are left out here"))
        let end = (88..<100).map { "line \($0)" }
        #expect(Array(lines[41...]) == end)
        try log.raw("after it\n")
        #expect(try text(path).hasSuffix("line 99\nafter it\n"))
    }

    @Test("a log that only just passes its limit is whole, and a line without an end is cut anywhere")
    func edges() throws {
        let just = ScratchDirectory.path + "/just"
        let log = try BuildLog(path: just, limitBytes: 400)
        try log.raw(String(repeating: "x", count: 320))
        try log.finish()
        let lines = try text(just).split(separator: "\n").map(String.init)
        #expect(lines.first == String(repeating: "x", count: 300))
        #expect(lines.last == String(repeating: "x", count: 20))
        #expect(lines.count == 3)
        let endless = ScratchDirectory.path + "/endless"
        let other = try BuildLog(path: endless, limitBytes: 400)
        try other.raw("start")
        try other.raw(String(repeating: "y", count: 5000))
        try other.finish()
        let rest = String(repeating: "y", count: 100)
        #expect(try text(endless).hasSuffix(" 4605 bytes are left out here\n\(rest)"))
    }

    private func text(_ path: String) throws -> String {
        String(decoding: try Descriptor.open(path, O_RDONLY).readToEnd(), as: UTF8.self)
    }
}
