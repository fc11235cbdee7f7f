// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import Processes
internal import Terminals

/// A person's, or a program's, way into a build.
package struct DebugShellClient {
    /// How a conversation ended.
    package enum Outcome: Sendable, Hashable {
        /// The shell's exit status; of a wish to go on: 0 when the build does.
        case ended(Int32)
        /// Somebody has let the build go on, which ended the shell.
        case resumed
        /// This process was told to end by a signal; the shell has been hung up.
        case interrupted(Int32)
    }

    private let channel: MessageChannel
    private let tell: (String) -> Void

    /// Connects to the server at a socket.
    ///
    /// * `tell`: takes the server's messages for the person.
    ///
    /// - Throws: `DebugShellError` with `unreachable` when none listens.
    package init(_ path: String, tell: @escaping (String) -> Void) throws(DebugShellError) {
        do throws(FileError) {
            channel = try MessageChannel.connect(path)
        } catch {
            throw DebugShellError(.unreachable, "no build listens at \(path): \(error.reason)")
        }
        self.tell = tell
    }

    /// Asks for a wish that needs no shell, and waits for the answer: however long the build is held.
    package func ask(_ hello: DebugHello) throws(DebugShellError) -> Int32 {
        channel.send(.hello(hello))
        while true {
            try wait([])
            while let message = try channel.next() {
                switch message {
                case .text(let text): tell(text)
                case .exit(let status): return status
                case .resumed: return 0
                default: throw DebugShellError(.badMessage, "a message out of turn")
                }
            }
            if channel.hasEnded { throw Self.lost }
        }
    }

    /// Runs a shell at the other end, as if it were here.
    ///
    /// Where the input is a terminal it is raw meanwhile, and put back in every case but SIGKILL.
    ///
    /// * `input`, `output`: what is typed and shown.
    /// * `kind`: the terminal's, `TERM`.
    package func runShell(
        input: Int32 = STDIN_FILENO,
        output: Int32 = STDOUT_FILENO,
        kind: String
    ) throws -> Outcome {
        let signals = try SignalQueue([SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGQUIT])
        let isTerminal = RawMode.isTerminal(input) && RawMode.isTerminal(output)
        let size = TerminalSize(of: input) ?? .standard
        channel.send(.hello(DebugHello(.shell, isTerminal: isTerminal, size: size, terminal: kind)))
        // Only when the shell is there, so that a refusal is shown as any other message.
        var raw: RawMode?
        defer { raw?.restore() }
        var takesInput = true
        let screen = BorrowedOutput(output)
        while true {
            let isReading = takesInput && channel.backlog < DebugMessage.dataLimit
            try wait([
                pollfd(fd: signals.descriptor.number, events: Int16(POLLIN), revents: 0),
                pollfd(fd: isReading ? input : -1, events: Int16(POLLIN), revents: 0),
            ])
            while let message = try channel.next() {
                switch message {
                case .data(let bytes):
                    if isTerminal, raw == nil { raw = try RawMode(input) }
                    screen.write(bytes[...])
                case .text(let text):
                    raw?.restore()
                    raw = nil
                    tell(text)
                case .exit(let status): return .ended(status)
                case .resumed: return .resumed
                default: throw DebugShellError(.badMessage, "a message out of turn")
                }
            }
            if channel.hasEnded { throw Self.lost }
            while let signal = signals.next() {
                guard signal == SIGWINCH else { return .interrupted(signal) }
                if let size = TerminalSize(of: input) { channel.send(.resize(size)) }
            }
            if isReading { takesInput = readInput(input) }
        }
    }

    /// Sends on what was typed, without waiting for any.
    /// - Returns: whether more may come.
    private func readInput(_ input: Int32) -> Bool {
        var event = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&event, 1, 0) == 1 else { return true }
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(input, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR || errno == EAGAIN { return true }
        guard count > 0 else {
            channel.send(.endOfInput)
            return false
        }
        channel.send(.data(Array(chunk[..<count])))
        return true
    }

    /// Waits for the server, or for something else, and exchanges what can be exchanged.
    private func wait(_ others: [pollfd]) throws(DebugShellError) {
        let interest = Int16(POLLIN | (channel.backlog > 0 ? POLLOUT : 0))
        var events = others + [pollfd(fd: channel.socket.number, events: interest, revents: 0)]
        if unsafe poll(&events, nfds_t(events.count), -1) < 0 { return }
        channel.flush()
        channel.receive()
    }

    private static var lost: DebugShellError { DebugShellError(.lost, "the build ended the conversation") }
}
