// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import Glibc
import Processes
import Terminals
import TestSupport
import Testing

@testable import DebugShells

/// Server and clients in one thread: `turn` lets both do what they can.
@Suite("Debug shell server", .scratchDirectory, .timeLimit(.minutes(40)))
struct DebugShellServerTests {
    /// A client of which a test sees every message.
    private final class Client {
        let channel: MessageChannel
        var output = ""
        var texts: [String] = []
        var status: Int32?

        init(_ path: String, _ hello: DebugHello? = DebugHello(.shell)) throws {
            channel = try MessageChannel.connect(path)
            if let hello { channel.send(.hello(hello)) }
        }

        func take() throws {
            channel.flush()
            channel.receive()
            while let message = try channel.next() {
                switch message {
                case .data(let bytes): output += String(decoding: bytes, as: UTF8.self)
                case .text(let text): texts.append(text)
                case .exit(let code): status = code
                case .resumed: status = 0
                default: Issue.record("the server sent \(message)")
                }
            }
        }
    }

    private static let launch = DebugShellLaunch(
        executable: "/bin/sh",
        arguments: ["sh"],
        environment: ["PATH=/usr/bin:/bin", "COLOUR=teal", "PS1=ready> "],
        directory: "/usr",
        greeting: "welcome"
    )

    private func makeServer(_ path: String = "\(ScratchDirectory.path)/debug.sock") throws -> DebugShellServer {
        try DebugShellServer(path: path) { (_, breakpoint: DebugHello?) throws(DebugShellError) in
            guard let breakpoint else { return Self.launch }
            var launch = Self.launch
            launch.directory = breakpoint.directory
            launch.environment = breakpoint.environment
            return launch
        }
    }

    private var path: String { "\(ScratchDirectory.path)/debug.sock" }

    /// Turns until something has become true.
    @discardableResult
    private func turn(
        _ server: DebugShellServer,
        _ clients: [Client],
        until condition: () -> Bool
    ) throws -> [DebugShellServer.Event] {
        var news: [DebugShellServer.Event] = []
        let end = ContinuousClock.now + .seconds(60)
        while !condition() {
            try #require(ContinuousClock.now < end, "\(clients.map { ($0.output, $0.texts, $0.status) })")
            var events = server.interests
            events += clients.map { pollfd(fd: $0.channel.socket.number, events: Int16(POLLIN), revents: 0) }
            _ = unsafe poll(&events, nfds_t(events.count), 50)
            news += server.handle()
            for client in clients { try client.take() }
        }
        return news
    }

    @Test("a script's commands run with the environment and in the directory, and its status comes back")
    func script() throws {
        let server = try makeServer()
        let client = try Client(path)
        client.channel.send(.data(Array("pwd; echo $COLOUR $TERM; test -t 0 || echo none >&2; exit 7\n".utf8)))
        client.channel.send(.endOfInput)
        let news = try turn(server, [client]) { client.status != nil }
        #expect(client.output == "/usr\nteal dumb\nnone\n")
        #expect(client.texts == ["welcome"])
        #expect(client.status == 7)
        #expect(news == [.opened, .closed])
    }

    @Test("a person gets a terminal of the size that theirs has")
    func terminal() throws {
        let server = try makeServer()
        let size = TerminalSize(rows: 33, columns: 77)
        let client = try Client(path, DebugHello(.shell, isTerminal: true, size: size, terminal: "vt100"))
        try turn(server, [client]) { client.output.contains("ready> ") }
        client.channel.send(.data(Array("stty size; echo $TERM\r".utf8)))
        try turn(server, [client]) { client.output.contains("33 77\r\nvt100\r\n") }
        client.channel.send(.resize(TerminalSize(rows: 5, columns: 6)))
        client.channel.send(.data(Array("stty size\r".utf8)))
        try turn(server, [client]) { client.output.contains("5 6\r\n") }
        client.channel.send(.endOfInput)
        try turn(server, [client]) { client.status == 0 }
    }

    @Test("much output and much input at once do not block each other")
    func backPressure() throws {
        let server = try makeServer()
        let client = try Client(path)
        let line = String(repeating: "x", count: 1023) + "\n"
        client.channel.send(.data(Array("exec cat\n".utf8)))
        // `cat` must be there first: the shell may have read on.
        try turn(server, [client]) { !client.texts.isEmpty }
        for _ in 0..<2000 { client.channel.send(.data(Array(line.utf8))) }
        client.channel.send(.endOfInput)
        try turn(server, [client]) { client.status != nil }
        #expect(client.output.utf8.count >= 1990 * 1024)
    }

    @Test("a client that vanishes takes its shell with it, and others stay")
    func vanished() throws {
        let server = try makeServer()
        let other = try Client(path)
        do {
            let client = try Client(path, DebugHello(.shell, isTerminal: true))
            try turn(server, [client, other]) { client.output.contains("ready> ") && !other.texts.isEmpty }
            #expect(server.children.count == 2)
        }
        try turn(server, [other]) { server.children.count == 1 }
        other.channel.send(.data(Array("echo here\n".utf8)))
        try turn(server, [other]) { other.output == "here\n" }
    }

    @Test("a breakpoint waits until somebody resumes, and gives its place to shells")
    func breakpoint() throws {
        let server = try makeServer()
        let here = DebugHello(.breakpoint, directory: "/bin", environment: ["PATH=/usr/bin:/bin", "AT=breakpoint"])
        let command = try Client(path, here)
        let news = try turn(server, [command]) { server.isPaused }
        #expect(news == [.breakpoint(directory: "/bin")])
        let shell = try Client(path)
        shell.channel.send(.data(Array("pwd; echo $AT\n".utf8)))
        try turn(server, [command, shell]) { shell.output.hasSuffix("/bin\nbreakpoint\n") }
        #expect(command.status == nil)
        let resume = try Client(path, DebugHello(.resume))
        try turn(server, [command, shell, resume]) {
            command.status == 0 && shell.status == 0 && resume.status == 0
        }
        #expect(!server.isPaused)
        #expect(shell.texts == ["welcome", "the build goes on"])
    }

    @Test("an owner that holds the build is told of the wish to go on")
    func hold() throws {
        let server = try makeServer()
        server.hold()
        let resume = try Client(path, DebugHello(.resume))
        #expect(try turn(server, [resume]) { resume.status != nil } == [.resumed])
        #expect(resume.status == 0)
        #expect(!server.isHolding)
    }

    @Test("a build that is not paused cannot be resumed")
    func notPaused() throws {
        let server = try makeServer()
        let resume = try Client(path, DebugHello(.resume))
        try turn(server, [resume]) { resume.status != nil }
        #expect(resume.status == 1)
        #expect(resume.texts == ["the build is not paused"])
    }

    @Test("a shell that cannot be started is refused with the reason")
    func noShell() throws {
        var launch = Self.launch
        launch.executable = "/nowhere/sh"
        let server = try DebugShellServer(path: path) { [launch] _, _ throws(DebugShellError) in launch }
        let client = try Client(path)
        try turn(server, [client]) { client.status != nil }
        #expect(client.texts == ["the shell /nowhere/sh cannot be started: No such file or directory"])
    }

    @Test("who does not speak the protocol is sent away", arguments: ["GET / HTTP/1.1\r\n\r\n", "\u{2}\0\0\0\u{1}x"])
    func stranger(_ words: String) throws {
        let server = try makeServer()
        let client = try Client(path, nil)
        try client.channel.socket.writeAll(words)
        try turn(server, [client]) { client.channel.hasEnded || client.status == 1 }
        #expect(server.children.isEmpty)
    }

    @Test("a path too long for a socket's address is no hindrance, and the file is the owner's alone")
    func longPath() throws {
        let folder = "\(ScratchDirectory.path)/\(String(repeating: "d", count: 120))"
        try Folder.make(folder)
        let server = try makeServer("\(folder)/debug.sock")
        var status = stat()
        #expect(unsafe stat("\(folder)/debug.sock", &status) == 0 && status.st_mode & 0o777 == 0o600)
        let client = try Client("\(folder)/debug.sock")
        client.channel.send(.endOfInput)
        try turn(server, [client]) { client.status == 0 }
        server.close(telling: "over")
        #expect(!Folder.exists("\(folder)/debug.sock"))
    }

    @Test("a client without a terminal relays its input and gives the status")
    func wholeClient() throws {
        let server = try makeServer()
        let path = path
        let input = try Descriptor.pipe()
        let output = try Descriptor.pipe()
        let typing = Descriptor(owning: input.writing)
        let showing = Descriptor(owning: output.reading)
        try typing.writeAll("echo hello from $COLOUR; exit 3\n")
        let outcome = Box<DebugShellClient.Outcome>()
        let thread = Thread {
            let client = try? DebugShellClient(path) { _ in }
            let reading = Descriptor(owning: input.reading)
            let writing = Descriptor(owning: output.writing)
            outcome.value = try? client?.runShell(input: reading.number, output: writing.number, kind: "dumb")
        }
        thread.start()
        try turn(server, []) { outcome.value != nil }
        #expect(outcome.value == .ended(3))
        #expect(String(decoding: try showing.readToEnd(), as: UTF8.self) == "hello from teal\n")
    }
}
