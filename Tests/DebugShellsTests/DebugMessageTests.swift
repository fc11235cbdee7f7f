// SPDX-License-Identifier: Apache-2.0

import Terminals
import Testing

@testable import DebugShells

@Suite("Debug messages")
struct DebugMessageTests {
    private static let size = TerminalSize(rows: 50, columns: 300)

    @Test(
        "a message survives being sent",
        arguments: [
            .hello(DebugHello(.shell, isTerminal: true, size: size, terminal: "xterm-256color")),
            .hello(DebugHello(.resume)),
            .hello(DebugHello(.breakpoint, directory: "/a b", environment: ["A=1", "B=two\nlines", "C="])),
            .data([0, 1, 255]), .data([]), .resize(size), .endOfInput, .exit(137), .exit(-1), .resumed, .text("größer"),
        ] as [DebugMessage]
    )
    func roundTrip(_ message: DebugMessage) throws {
        let bytes = message.encoded
        #expect(try DebugMessage.length(of: bytes[...]) == bytes.count)
        #expect(try DebugMessage(bytes[...]) == message)
    }

    @Test("the length is told as soon as the head is there, and not before")
    func partialHead() throws {
        let bytes = DebugMessage.data([1, 2, 3]).encoded
        #expect(try DebugMessage.length(of: []) == nil)
        #expect(try DebugMessage.length(of: bytes[..<4]) == nil)
        #expect(try DebugMessage.length(of: bytes[..<5]) == 8)
    }

    @Test(
        "what is no message is refused",
        arguments: [
            [0, 0, 0, 0, 0], [99, 0, 0, 0, 0], [2, 0xFF, 0xFF, 0xFF, 0xFF], [2, 0, 1, 0, 1], [1, 0x7F, 0, 0, 0],
            [4, 0, 0, 0, 1],
        ] as [[UInt8]]
    )
    func badHead(_ bytes: [UInt8]) {
        #expect(throws: DebugShellError.self) { try DebugMessage.length(of: bytes[...]) }
    }

    @Test(
        "a message of the right length and the wrong content is refused",
        arguments: [
            [1, 0, 0, 0, 0], [1, 0, 0, 0, 9, 9, 1, 0, 0, 24, 0, 80, 0, 0], [3, 0, 0, 0, 1, 7],
            [1, 0, 0, 0, 9, 1, 77, 0, 0, 24, 0, 80, 0, 0], [1, 0, 0, 0, 8, 1, 1, 0, 0, 24, 0, 80, 0],
        ] as [[UInt8]]
    )
    func badContent(_ bytes: [UInt8]) {
        #expect(throws: DebugShellError.self) { try DebugMessage(bytes[...]) }
    }
}
