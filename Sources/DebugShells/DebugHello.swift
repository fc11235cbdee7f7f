// SPDX-License-Identifier: Apache-2.0

package import Terminals

/// The first message of a client: what it wants.
package struct DebugHello: Sendable, Hashable {
    package enum Wish: UInt8, Sendable, Hashable {
        /// A shell where the build is.
        case shell = 1
        /// The build is to go on.
        case resume = 2
        /// The build is to wait here: `codebuild-breakpoint`. `directory` and `environment` say where.
        case breakpoint = 3
    }

    package var wish: Wish
    /// Whether a person's terminal is at the other end; if not the shell gets none, and reads commands as a script.
    package var isTerminal: Bool
    package var size: TerminalSize
    /// The kind of the person's terminal; the shell's `TERM`.
    package var terminal: String
    /// Of a breakpoint: where it is.
    package var directory: String
    /// Of a breakpoint: the variables there, `NAME=value`.
    package var environment: [String]

    package init(
        _ wish: Wish,
        isTerminal: Bool = false,
        size: TerminalSize = .standard,
        terminal: String = "dumb",
        directory: String = "",
        environment: [String] = []
    ) {
        self.wish = wish
        self.isTerminal = isTerminal
        self.size = size
        self.terminal = terminal
        self.directory = directory
        self.environment = environment
    }

    /// Counts up when a message's form changes.
    private static let version: UInt8 = 1

    /// The message's bytes: version, wish, terminal or not, rows, columns, then texts with NUL after each.
    var bytes: [UInt8] {
        var result: [UInt8] = [Self.version, wish.rawValue, isTerminal ? 1 : 0]
        result += DebugMessage.bytes(of: size)
        for text in [terminal, directory] + environment { result += text.utf8.filter { $0 != 0 } + [0] }
        return result
    }

    /// Nil when the bytes are not what `bytes` makes.
    init?(bytes: ArraySlice<UInt8>) {
        let head = Array(bytes.prefix(7))
        guard head.count == 7, head[0] == Self.version, let wish = Wish(rawValue: head[1]), head[2] < 2 else {
            return nil
        }
        let rest = bytes.dropFirst(7)
        guard rest.last == 0 else { return nil }
        let texts = rest.dropLast().split(separator: 0, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard texts.count >= 2 else { return nil }
        self.init(
            wish,
            isTerminal: head[2] == 1,
            size: DebugMessage.size(of: head[3...]),
            terminal: texts[0],
            directory: texts[1],
            environment: Array(texts[2...])
        )
    }
}
