// SPDX-License-Identifier: Apache-2.0

internal import CShims
package import Files
package import Glibc
internal import Processes

/// Lets people into a build: listens on a socket, gives each client a shell, and holds the build's own commands at
/// breakpoints.
///
/// It has no thread: whoever owns it polls what `interests` names, together with its own descriptors, and calls `handle`
/// after that. A client that vanishes takes its shell with it and nothing else.
package final class DebugShellServer {
    /// What happened, for the owner.
    package enum Event: Sendable, Hashable {
        /// A command waits at a breakpoint, in this directory.
        case breakpoint(directory: String)
        /// A client has a shell.
        case opened
        /// A client's shell is gone.
        case closed
        /// Somebody wants the build to go on.
        case resumed
    }

    /// Clients at the same time; further ones wait in the kernel.
    private static let connectionLimit = 16

    /// Whether the owner holds the build, between two commands.
    package private(set) var isHolding = false

    private let path: String
    private let listener: Descriptor
    private let open: (DebugHello, DebugHello?) throws(DebugShellError) -> DebugShellLaunch
    private var connections: [DebugConnection] = []
    private var news: [Event] = []

    /// Listens.
    ///
    /// * `path`: the socket, mode 0600; one that is there already is replaced. It may be longer than the 107 bytes of
    ///   `unix(7)`.
    /// * `open`: says which shell a client gets; it is given what the client said, and the breakpoint at which a command
    ///   waits, if one does.
    package init(
        path: String,
        open: @escaping (DebugHello, DebugHello?) throws(DebugShellError) -> DebugShellLaunch
    ) throws(FileError) {
        _ = unsafe unlink(path)
        let number = unsafe nacre_unix_listen(path, 16)
        listener = Descriptor(owning: try FileError.checkNegated("bind", path, number))
        self.path = path
        self.open = open
    }

    /// Whether the build is held: by its owner, or by a command at a breakpoint.
    package var isPaused: Bool { isHolding || breakpoint != nil }

    /// Process numbers of the shells: children that nobody else may reap.
    package var children: [Int32] {
        connections.compactMap { if case .shell(let shell) = $0.state { shell.child.pid } else { nil } }
    }

    /// Whether a person is in a shell.
    package var hasShells: Bool { !children.isEmpty }

    private var breakpoint: DebugHello? {
        for connection in connections {
            if case .waiting(let hello) = connection.state { return hello }
        }
        return nil
    }

    /// From now on the build is held.
    package func hold() {
        isHolding = true
    }

    /// What to poll before the next `handle`.
    package var interests: [pollfd] {
        var result = connections.flatMap { $0.interests }
        if connections.count < Self.connectionLimit {
            result.append(pollfd(fd: listener.number, events: Int16(POLLIN), revents: 0))
        }
        return result
    }

    /// Does what can be done without waiting.
    /// - Returns: what happened since it was called last.
    package func handle() -> [Event] {
        accept()
        for connection in connections {
            do throws(DebugShellError) {
                connection.receive()
                if case .greeting = connection.state, let message = try connection.channel.next() {
                    try greet(connection, message)
                }
                if try connection.relay() { news.append(.closed) }
            } catch {
                if case .shell = connection.state { news.append(.closed) }
                connection.finish(with: 1, telling: error.message)
            }
        }
        forgetEnded()
        defer { news = [] }
        return news
    }

    /// Lets the commands of a user connect, and nobody else but the superuser.
    package func give(to user: UInt32) {
        _ = unsafe chown(path, user, gid_t.max)
    }

    /// Lets the build go on: commands at breakpoints end, and so do the shells, whose place this was.
    ///
    /// * `text`: what those in a shell are told.
    package func resume(telling text: String) {
        isHolding = false
        for connection in connections {
            switch connection.state {
            case .waiting: connection.finish(with: 0)
            case .shell: connection.finish(with: .resumed, telling: text)
            default: break
            }
        }
    }

    /// Ends all conversations and stops listening; the shells get SIGHUP.
    package func close(telling text: String) {
        for connection in connections where !connection.isOver { connection.finish(with: 1, telling: text) }
        connections = []
        _ = unsafe unlink(path)
    }

    // MARK: - Clients

    private func accept() {
        while connections.count < Self.connectionLimit {
            let number = nacre_unix_accept(listener.number)
            if number < 0 { return }
            connections.append(DebugConnection(Descriptor(owning: number)))
        }
    }

    private func greet(_ connection: DebugConnection, _ message: DebugMessage) throws(DebugShellError) {
        guard case .hello(let hello) = message else { throw DebugShellError(.badMessage, "a message out of turn") }
        switch hello.wish {
        case .breakpoint:
            connection.state = .waiting(hello)
            news.append(.breakpoint(directory: hello.directory))
        case .resume:
            guard isPaused else { return connection.finish(with: 1, telling: "the build is not paused") }
            resume(telling: "the build goes on")
            connection.finish(with: 0, telling: "the build goes on")
            news.append(.resumed)
        case .shell:
            let launch = try open(hello, breakpoint)
            let shell: RunningShell
            do throws(FileError) {
                shell = try RunningShell.start(launch, for: hello)
            } catch {
                throw DebugShellError(.refused, "the shell \(launch.executable) cannot be started: \(error.reason)")
            }
            if !launch.greeting.isEmpty { connection.channel.send(.text(launch.greeting)) }
            connection.state = .shell(shell)
            news.append(.opened)
        }
    }

    private func forgetEnded() {
        for connection in connections where connection.isOver {
            // Its client has vanished.
            if case .shell(let shell) = connection.state {
                shell.hangUp()
                news.append(.closed)
            }
        }
        connections.removeAll { $0.isOver }
    }
}
