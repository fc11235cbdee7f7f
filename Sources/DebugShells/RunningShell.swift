// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Files
internal import Glibc
internal import Processes
internal import Terminals

/// A shell that has been started for a client: in a pseudo terminal for a person, else at a socket.
final class RunningShell {
    let child: ChildProcess
    /// Its keyboard and screen; non-blocking.
    let channel: Descriptor
    private let isTerminal: Bool
    private var input = ByteQueue()
    private var isInputEnding = false
    /// What was typed last; a terminal takes ^D for the end only at the beginning of a line.
    private var lastByte = UInt8(ascii: "\n")

    /// Whether nothing more can come out of it.
    private(set) var hasNoMoreOutput = false

    /// How much waits to be taken by the shell.
    var backlog: Int { input.count }

    private init(child: consuming ChildProcess, channel: consuming Descriptor, isTerminal: Bool) {
        self.child = child
        self.channel = channel
        self.isTerminal = isTerminal
    }

    /// Starts it, leading a session of its own.
    static func start(_ launch: DebugShellLaunch, for hello: DebugHello) throws(FileError) -> RunningShell {
        var request = ChildProcess.Request(
            executable: launch.executable,
            arguments: launch.arguments,
            environment: launch.environment + ["TERM=\(hello.terminal)"],
            directory: launch.directory,
            standard: (-1, -1, -1)
        )
        request.credentials = launch.credentials
        if hello.isTerminal {
            var terminal = try PseudoTerminal.open(size: hello.size)
            let child = try terminal.spawn(request)
            return RunningShell(child: child, channel: terminal.release(), isTerminal: true)
        }
        var ends: (Int32, Int32) = (-1, -1)
        let code = unsafe withUnsafeMutablePointer(to: &ends) { pointer in
            unsafe pointer.withMemoryRebound(to: Int32.self, capacity: 2) { unsafe nacre_socket_pair($0) }
        }
        try FileError.checkCode("socketpair", nil, code)
        let ours = Descriptor(owning: ends.0)
        let theirs = Descriptor(owning: ends.1)
        _ = nacre_set_nonblocking(ours.number, true)
        request.standard = (theirs.number, theirs.number, theirs.number)
        let child = try ChildProcess.spawn(request)
        return RunningShell(child: child, channel: ours, isTerminal: false)
    }

    /// Hands over what was typed, now or as soon as it is taken.
    func type(_ bytes: [UInt8]) {
        guard let last = bytes.last, !isInputEnding else { return }
        lastByte = last
        input.append(bytes[...])
        flush()
    }

    /// Nothing more will be typed.
    func endInput() {
        guard !isInputEnding else { return }
        if isTerminal {
            let end: UInt8 = 4
            type(lastByte == UInt8(ascii: "\n") || lastByte == UInt8(ascii: "\r") ? [end] : [end, end])
        }
        isInputEnding = true
        flush()
    }

    func resize(_ size: TerminalSize) {
        if isTerminal { try? size.set(channel) }
    }

    /// Hands over what waits, as much as is taken.
    func flush() {
        // Who reads no more has ended, which is seen elsewhere.
        if !input.write(to: channel.number) { input = ByteQueue() }
        if isInputEnding, !isTerminal, input.isEmpty { _ = shutdown(channel.number, Int32(SHUT_WR)) }
    }

    /// Takes what it shows, as much as one message carries; empty when nothing waits.
    func takeOutput() -> [UInt8] {
        guard !hasNoMoreOutput else { return [] }
        var chunk = [UInt8](repeating: 0, count: DebugMessage.dataLimit)
        let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(channel.number, $0.baseAddress, $0.count) }
        if count > 0 { return Array(chunk[..<count]) }
        // A terminal that no program has open answers EIO.
        if count == 0 || (errno != EAGAIN && errno != EINTR) { hasNoMoreOutput = true }
        return []
    }

    /// As when a modem's line drops: the shell is told, and ends its own children.
    func hangUp() {
        child.signal(SIGHUP)
        child.signal(SIGCONT)
    }
}
