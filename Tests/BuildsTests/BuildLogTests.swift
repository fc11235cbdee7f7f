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

    private func text(_ path: String) throws -> String {
        String(decoding: try Descriptor.open(path, O_RDONLY).readToEnd(), as: UTF8.self)
    }
}
