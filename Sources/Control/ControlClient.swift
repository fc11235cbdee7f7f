// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import CShims
internal import Files
internal import Glibc
internal import JSON

/// A connection to the daemon that asks one thing.
package struct ControlClient: ~Copyable {
    private let socket: Descriptor
    private var buffer: [UInt8] = []

    /// Connects to the daemon of a home.
    /// - Throws: `ControlFailure` with `unreachable` when none answers.
    package init(_ home: Home) throws(ControlFailure) {
        let number = unsafe nacre_unix_connect(home.socket)
        guard number >= 0 else {
            throw ControlFailure(
                .unreachable,
                "no daemon answers at \(home.socket); start one with `nacre daemon`, or name another home by NACRE_HOME"
            )
        }
        socket = Descriptor(owning: number)
    }

    /// Asks and gives the answer; a failure is thrown.
    package mutating func ask(_ request: ControlRequest) throws(ControlFailure) -> ControlAnswer {
        let answer: ControlAnswer
        do {
            try socket.writeAll(try JSONText.encode(request) + [UInt8(ascii: "\n")])
            while !buffer.contains(UInt8(ascii: "\n")) {
                guard try fill() else { throw FileError(code: ECONNRESET, function: "read") }
            }
            let end = buffer.firstIndex(of: UInt8(ascii: "\n")) ?? buffer.endIndex
            answer = try JSONText.decode(ControlAnswer.self, from: Array(buffer[..<end]))
            buffer.removeSubrange(...end)
        } catch {
            throw ControlFailure(.unreachable, "the daemon ended the conversation: \(error)")
        }
        if case .failure(let failure) = answer { throw failure }
        return answer
    }

    /// Bytes of the stream after an answer, as many as are there; empty at its end.
    package mutating func nextBytes() throws(ControlFailure) -> [UInt8] {
        do throws(FileError) {
            if buffer.isEmpty { _ = try fill() }
        } catch {
            throw ControlFailure(.unreachable, "the daemon ended the conversation: \(error)")
        }
        let bytes = buffer
        buffer = []
        return bytes
    }

    /// As `nextBytes()`, but nil when nothing has come within so many milliseconds; nil: however long it takes.
    package mutating func nextBytes(within milliseconds: Int32?) throws(ControlFailure) -> [UInt8]? {
        if let milliseconds, buffer.isEmpty {
            var event = pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0)
            if unsafe poll(&event, 1, milliseconds) == 0 { return nil }
        }
        return try nextBytes()
    }

    private mutating func fill() throws(FileError) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = try FileError.check("read") {
            unsafe chunk.withUnsafeMutableBytes { unsafe read(socket.number, $0.baseAddress, $0.count) }
        }
        buffer.append(contentsOf: chunk[..<count])
        return count > 0
    }
}
