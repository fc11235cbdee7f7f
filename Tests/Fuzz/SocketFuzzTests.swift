// SPDX-License-Identifier: Apache-2.0

import CShims
import Control
import Files
import Foundation
import FuzzTargets
import JSON
import TestSupport
import Testing

/// A real daemon whose socket gets what no client of Nacre sends.
@Suite("Fuzzing of the daemon's socket", .scratchDirectory, .timeLimit(.minutes(40)))
struct SocketFuzzTests {
    /// A connection that says anything, and need not read.
    private struct Connection: ~Copyable {
        let socket: Descriptor

        init(_ daemon: DaemonFixture) throws {
            let number = unsafe nacre_unix_connect(Home(path: daemon.home).socket)
            try #require(number >= 0)
            socket = Descriptor(owning: number)
        }

        /// Says something; a daemon that has hung up already is as good.
        func say(_ bytes: [UInt8]) {
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = unsafe rest.withUnsafeBytes { bytes in
                    unsafe send(socket.number, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
                }
                if count <= 0 { return }
                rest = rest.dropFirst(count)
            }
        }

        /// All that is answered after nothing more is said.
        func answer() -> String {
            shutdown(socket.number, Int32(SHUT_WR))
            var answer: [UInt8] = []
            var piece = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = unsafe read(socket.number, &piece, piece.count)
                // A daemon that has not read all cuts the connection off behind its answer.
                if count <= 0 { return String(decoding: answer, as: UTF8.self) }
                answer += piece[..<count]
            }
        }
    }

    private func ask(_ daemon: DaemonFixture, _ text: String) throws -> String {
        let connection = try Connection(daemon)
        connection.say(Array("\(text)\n".utf8))
        return connection.answer()
    }

    /// Fails unless the daemon answers as ever, and is the one that it was.
    private func expectAlive(_ daemon: DaemonFixture, _ what: String) throws {
        let answer = try ask(daemon, #"{"ping":{}}"#)
        #expect(answer.contains("\"pid\":\(daemon.pid ?? 0)"), "after \(what): \(answer)")
    }

    @Test("requests of bad values, half requests and noise leave the daemon serving others")
    func noise() throws {
        try DaemonFixture.run { daemon in
            let pid = daemon.pid
            for name in ["control", "hook", "json"] {
                let maker = InputMaker(try #require(FuzzTargets.named(name)))
                var open: [[UInt8]] = []
                for seed in 0..<120 as Range<UInt64> {
                    let input = maker.make(seed: seed)
                    let connection = try Connection(daemon)
                    connection.say(input)
                    // One goes away in the middle, one ends its line and one its stream.
                    switch seed % 3 {
                    case 0: open.append(input)
                    case 1: connection.say([0x0A])
                    default: _ = connection.answer()
                    }
                }
                try expectAlive(daemon, "\(name), \(open.count) of them broken off")
            }
            #expect(daemon.pid == pid)
        }
    }

    @Test("numbers that overflow are refused, and do not end the daemon")
    func numbers() throws {
        try DaemonFixture.run { daemon in
            _ = try daemon.createRepository()
            for number in ["9223372036854775807", "-9223372036854775808", "-1", "0"] {
                let settings = try ask(
                    daemon,
                    #"{"setRepository":{"name":"app","settings":{"timeoutSeconds":\#(number),"queuedTimeoutSeconds":\#(number)}}}"#
                )
                #expect(settings.contains("100 years"), "\(settings)")
                for list in [
                    #"{"listBuilds":{"_0":{"limit":\#(number)}}}"#,
                    #"{"pipeline":{"_0":{"listExecutions":{"_0":{"limit":\#(number)}}}}}"#,
                ] {
                    #expect(try !ask(daemon, list).isEmpty)
                }
                try expectAlive(daemon, number)
            }
        }
    }

    @Test("a line without end is refused, and those who only wait keep nobody waiting")
    func giants() throws {
        try DaemonFixture.run { daemon in
            let waiting = try (0..<40).map { _ in
                let number = unsafe nacre_unix_connect(Home(path: daemon.home).socket)
                try #require(number >= 0)
                return number
            }
            defer { for number in waiting { close(number) } }
            let giant = try Connection(daemon)
            let piece = [UInt8](repeating: UInt8(ascii: "["), count: 1 << 20)
            for _ in 0..<20 { giant.say(piece) }
            #expect(giant.answer().contains("16 MiB"))
            let deep = try ask(daemon, String(repeating: "[", count: 1 << 20))
            #expect(deep.contains("does not know this request"))
            try expectAlive(daemon, "a giant")
        }
    }
}
