// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import Builds

@Suite("Log reader", .scratchDirectory)
struct LogReaderTests {
    @Test("who follows a log whose end a full disk has taken sees its last line", arguments: [true, false])
    func cut(seesCutAlone: Bool) throws {
        let path = "\(ScratchDirectory.path)/log"
        let log = try BuildLog(path: path)
        let reader = LogReader(path: path)
        for number in 0..<20_000 { try log.raw("line \(number)\n") }
        var shown: [UInt8] = []
        while case let bytes = try reader.next(), !bytes.isEmpty { shown += bytes }
        if seesCutAlone {
            // It looks between the two.
            _ = unsafe truncate(path, 60_001)
            #expect(try reader.next().isEmpty)
            try log.raw("\n")
            try log.agent("The build ends here")
        } else {
            log.cut(saying: "The build ends here")
        }
        var more: [UInt8] = []
        while case let bytes = try reader.next(), !bytes.isEmpty { more += bytes }
        let text = String(decoding: more, as: UTF8.self)
        // The one line, which begins with the time.
        #expect(text.hasPrefix("\n[Container] ") && text.hasSuffix(" The build ends here\n"), "\(text)")
        #expect(text.split(separator: "\n").count == 1, "\(text)")
    }
}
