// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import Glibc
import Processes
import Terminals
import TestSupport
import Testing

@Suite("Pseudo terminals", .timeLimit(.minutes(40)))
struct PseudoTerminalTests {
    /// Runs a script in a terminal and gives all that it shows.
    private func show(_ script: String, size: TerminalSize = .standard) throws -> String {
        var terminal = try PseudoTerminal.open(size: size)
        let child = try terminal.spawn(Self.request(script))
        let text = Self.readToEnd(terminal.controller.number)
        _ = try child.wait()
        return text
    }

    private static func request(_ script: String) -> ChildProcess.Request {
        ChildProcess.Request(
            executable: "/bin/sh",
            arguments: ["sh", "-c", script],
            environment: ["PATH=/usr/bin:/bin"],
            directory: "/",
            standard: (-1, -1, -1)
        )
    }

    private static func readToEnd(_ descriptor: Int32) -> String {
        var bytes: [UInt8] = []
        while let chunk = read(descriptor) { bytes += chunk }
        return String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n")
    }

    /// What comes next; nil at the end.
    private static func read(_ descriptor: Int32) -> [UInt8]? {
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&event, 1, 30_000) == 1 else { return nil }
        var chunk = [UInt8](repeating: 0, count: 4096)
        let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
        return count > 0 ? Array(chunk[..<count]) : nil
    }

    @Test("a program has it as standard input, output, error and controlling terminal")
    func controllingTerminal() throws {
        let text = try show("test -t 0 -a -t 1 -a -t 2 && echo yes > /dev/tty; pwd")
        #expect(text == "yes\n/\n")
    }

    @Test("a program gets no other descriptor")
    func descriptors() throws {
        let open = try Descriptor.open("/dev/null", O_RDONLY)
        #expect(fcntl(open.number, F_SETFD, 0) == 0)
        #expect(try show("for f in /proc/$$/fd/*; do case ${f##*/} in 0|1|2) ;; *) readlink $f;; esac; done") == "")
    }

    @Test("its size is the program's")
    func size() throws {
        #expect(try show("stty size", size: TerminalSize(rows: 31, columns: 97)) == "31 97\n")
    }

    @Test("another size is told by a signal")
    func resize() throws {
        var terminal = try PseudoTerminal.open()
        let child = try terminal.spawn(
            Self.request("trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.01; done")
        )
        var text = ""
        while !text.contains("ready"), let more = Self.read(terminal.controller.number) {
            text += String(decoding: more, as: UTF8.self)
        }
        try TerminalSize(rows: 10, columns: 20).set(terminal.controller)
        #expect(Self.readToEnd(terminal.controller.number) == "10 20\n")
        #expect(try child.wait() == .exited(0))
    }

    @Test("when it closes, the program is hung up")
    func hangUp() throws {
        var terminal = try PseudoTerminal.open()
        let child = try terminal.spawn(Self.request("exec sleep 1000"))
        _ = terminal.release()
        #expect(try child.wait() == .signaled(SIGHUP))
    }

    @Test("a program that cannot be started is an error with its reason")
    func missingProgram() throws {
        var terminal = try PseudoTerminal.open()
        var request = Self.request("")
        request.executable = "/nowhere/sh"
        let error = #expect(throws: FileError.self) { _ = try terminal.spawn(request).pid }
        #expect(error?.code == ENOENT)
    }
}
