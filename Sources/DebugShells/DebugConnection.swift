// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import Processes

/// One client of a `DebugShellServer`.
final class DebugConnection {
    enum State {
        /// It has not said what it wants.
        case greeting
        case shell(RunningShell)
        /// A command of the build that waits until the build goes on.
        case waiting(DebugHello)
        /// All has been said; only what is queued is still to be sent.
        case closing
    }

    /// Beyond this what comes from one side waits until the other has taken it.
    private static let backlogLimit = 4 * DebugMessage.dataLimit

    let channel: MessageChannel
    var state = State.greeting

    init(_ socket: consuming Descriptor) {
        channel = MessageChannel(socket)
    }

    /// Whether it can be forgotten.
    var isOver: Bool {
        if channel.hasEnded { return true }
        if case .closing = state { return channel.backlog == 0 }
        return false
    }

    /// Whether more may come from the client.
    private var takesInput: Bool {
        switch state {
        case .greeting, .waiting: true
        case .shell(let shell): shell.backlog < Self.backlogLimit
        case .closing: false
        }
    }

    /// What it waits for.
    var interests: [pollfd] {
        var result = [Self.interest(channel.socket.number, takesInput, channel.backlog > 0)]
        guard case .shell(let shell) = state else { return result }
        result.append(Self.interest(shell.child.handle.number, true, false))
        if !shell.hasNoMoreOutput {
            let takesOutput = channel.backlog < Self.backlogLimit
            // Without an interest it is left out: its hanging up is told in any case, and for ever.
            if takesOutput || shell.backlog > 0 {
                result.append(Self.interest(shell.channel.number, takesOutput, shell.backlog > 0))
            }
        }
        return result
    }

    private static func interest(_ descriptor: Int32, _ reads: Bool, _ writes: Bool) -> pollfd {
        pollfd(fd: descriptor, events: Int16((reads ? POLLIN : 0) | (writes ? POLLOUT : 0)), revents: 0)
    }

    /// Takes in what the client has sent.
    func receive() {
        if takesInput { channel.receive() }
    }

    /// Moves bytes between client and shell, and tells the client of the shell's end.
    /// - Returns: whether the shell has ended.
    func relay() throws(DebugShellError) -> Bool {
        channel.flush()
        guard case .shell(let shell) = state else {
            if case .waiting = state, try channel.next() != nil { throw Self.outOfTurn }
            return false
        }
        while shell.backlog < Self.backlogLimit, let message = try channel.next() {
            switch message {
            case .data(let bytes): shell.type(bytes)
            case .resize(let size): shell.resize(size)
            case .endOfInput: shell.endInput()
            default: throw Self.outOfTurn
            }
        }
        shell.flush()
        // Asked before the output is taken: what it has written by its end is taken then.
        let end = try? shell.child.poll()
        var left = end == nil ? 4 : 64
        while left > 0, channel.backlog < Self.backlogLimit || end != nil {
            let bytes = shell.takeOutput()
            if bytes.isEmpty { break }
            channel.send(.data(bytes))
            left -= 1
        }
        guard let end else { return false }
        finish(with: end.shellCode)
        return true
    }

    private static var outOfTurn: DebugShellError { DebugShellError(.badMessage, "a message out of turn") }

    /// Says the last word: that the client's shell, or its wish, has come to an end.
    func finish(with status: Int32, telling text: String? = nil) {
        finish(with: .exit(status), telling: text)
    }

    /// Says the last word.
    func finish(with message: DebugMessage, telling text: String? = nil) {
        if case .shell(let shell) = state { shell.hangUp() }
        if let text { channel.send(.text(text)) }
        channel.send(message)
        state = .closing
    }
}
