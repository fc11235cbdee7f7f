// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import Processes
import Terminals

/// A program in a terminal of its own, of which the test is screen and keyboard.
package final class TerminalProgram {
    private let terminal: Descriptor
    private let child: ChildProcess
    /// All that it has shown, as the terminal gets it.
    package private(set) var screen = ""
    /// What was looked for up to here has been found.
    private var seen = 0

    /// Starts it.
    ///
    /// * `environment`: all of it; nothing is inherited.
    package init(
        _ path: String,
        _ arguments: [String],
        environment: [String: String],
        in directory: String? = nil
    ) throws {
        var pseudo = try PseudoTerminal.open(size: TerminalSize(rows: 40, columns: 200))
        child = try pseudo.spawn(
            ChildProcess.Request(
                executable: path,
                arguments: [path] + arguments,
                environment: environment.merging(["TERM": "xterm"]) { $1 }.map { "\($0)=\($1)" },
                directory: directory,
                standard: (-1, -1, -1)
            )
        )
        terminal = pseudo.release()
    }

    deinit {
        child.signal(SIGKILL)
        _ = try? child.wait()
    }

    /// Presses keys.
    package func type(_ keys: String) throws {
        try terminal.writeAll(keys)
    }

    /// Sends it a signal.
    package func signal(_ number: Int32) {
        child.signal(number)
    }

    /// Waits until it has shown a text, after what was waited for last.
    package func expect(_ text: String, within seconds: Int = 60) throws {
        let end = ContinuousClock.now + .seconds(seconds)
        while true {
            if let range = screen.dropFirst(seen).range(of: text) {
                seen = screen.distance(from: screen.startIndex, to: range.upperBound)
                return
            }
            guard ContinuousClock.now < end, try read() else {
                throw Program.Failure(description: "'\(text)' was not shown: \(screen)")
            }
        }
    }

    /// Waits for its end.
    /// - Returns: its exit code, 128 and the number of the signal that killed it.
    package func wait(seconds: Int = 60) throws -> Int32 {
        let end = ContinuousClock.now + .seconds(seconds)
        while try read() {
            guard ContinuousClock.now < end else { throw Program.Failure(description: "it did not end: \(screen)") }
        }
        return try child.wait().shellCode
    }

    /// Takes what it shows within a moment.
    /// - Returns: false when nothing more will come.
    private func read() throws -> Bool {
        var event = pollfd(fd: terminal.number, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&event, 1, 100) > 0 else { return true }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(terminal.number, $0.baseAddress, $0.count) }
        guard count > 0 else { return count < 0 && errno == EAGAIN }
        screen += String(decoding: chunk[..<count], as: UTF8.self)
        return true
    }
}
