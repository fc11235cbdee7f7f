// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Testing

@Suite("Terminal filter")
struct TerminalFilterTests {
    @Test(
        "a stream comes out alike however it is cut",
        arguments: [
            ("plain\n\ttext\n", "plain\n\ttext\n"),
            ("äöü 日本 👍\n", "äöü 日本 👍\n"),
            ("a\u{1B}[31mb\u{7}\u{0}", "a^[[31mb^G^@"),
            ("\u{9B}2J\u{202E}", "\\u{9B}2J\\u{202E}"),
            ("10%\r20%\r\ndone\r", "10%\n20%\ndone\n"),
        ]
    )
    func pieces(given: String, expected: String) {
        let bytes = Array(given.utf8)
        for size in [1, 2, 3, 5, 100] {
            var filter = TerminalFilter()
            var result: [UInt8] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                result += filter.feed(bytes[start..<min(start + size, bytes.count)])
            }
            result += filter.finish()
            #expect(String(decoding: result, as: UTF8.self) == expected, "pieces of \(size) bytes")
        }
    }

    @Test(
        "colours stay where they are wanted, and nothing else does, however the stream is cut",
        arguments: [
            ("\u{1B}[1;31mred\u{1B}[0m\u{1B}[m\n", "\u{1B}[1;31mred\u{1B}[0m\u{1B}[m\n"),
            ("\u{1B}[38:2::1:2:3mé", "\u{1B}[38:2::1:2:3mé"),
            ("\u{1B}[2J\u{1B}]0;title\u{7}\u{1B}]52;c;eA==\u{1B}\\", "^[[2J^[]0;title^G^[]52;c;eA==^[\\"),
            ("\u{1B}[?25l\u{1B}[31\u{1B}[32m\u{1B}", "^[[?25l^[[31\u{1B}[32m^["),
            ("\u{1B}[>4;2m\u{1B}[31 m\u{9B}31m", "^[[>4;2m^[[31 m\\u{9B}31m"),
            ("10%\r\u{1B}[32m20%\r\n", "10%\n\u{1B}[32m20%\n"),
            ("\u{1B}[" + String(repeating: "1;", count: 100) + "m", "^[[" + String(repeating: "1;", count: 100) + "m"),
        ]
    )
    func colors(given: String, expected: String) {
        let bytes = Array(given.utf8)
        for size in [1, 2, 3, 5, 1000] {
            var filter = TerminalFilter(keepsColors: true)
            var result: [UInt8] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                result += filter.feed(bytes[start..<min(start + size, bytes.count)])
            }
            result += filter.finish()
            #expect(String(decoding: result, as: UTF8.self) == expected, "pieces of \(size) bytes")
        }
    }

    @Test("bytes that are not UTF-8 become marks, and hold nothing back")
    func invalid() {
        var filter = TerminalFilter()
        #expect(String(decoding: filter.feed([0x80, 0x41, 0xFF]), as: UTF8.self) == "\u{FFFD}A\u{FFFD}")
        #expect(String(decoding: filter.feed([0xE2, 0x41]), as: UTF8.self) == "\u{FFFD}A")
        #expect(filter.feed([0xE2, 0x80]) == [])
        #expect(String(decoding: filter.finish(), as: UTF8.self) == "\u{FFFD}")
    }
}
