// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Files
import Glibc

/// `--value`: a value as it stands, or from standard input.
enum ValueInput {
    static let option = OptionDescription(
        "value",
        value: "VALUE",
        help: "the value; `-` reads standard input, without the one newline at its end, or asks at a terminal"
    )

    /// What is said in the help of the verbs that take one.
    static let advice = """
        Others on this machine can see the words of a command line, and shells keep them: prefer `--value -`, which asks \
        without showing what is typed, or reads a file: `--value - < FILE`.
        """

    private static let limitBytes = 1 << 20

    /// The value that was given.
    static func read(_ arguments: ParsedArguments, _ context: VerbContext) throws -> String {
        guard let given = arguments.string("value") else {
            throw arguments.error("value", "is missing: `--value -` reads standard input")
        }
        if given != "-" { return given }
        var bytes: [UInt8]
        if isatty(STDIN_FILENO) == 1 {
            bytes = try typed(context)
        } else {
            do throws(FileError) {
                let input = Descriptor(owning: try FileError.check("dup") { dup(STDIN_FILENO) })
                bytes = try input.readToEnd(limit: limitBytes)
            } catch {
                throw VerbError(.usage, "the value cannot be read from standard input: \(error.reason)")
            }
            if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw VerbError(.usage, "the value is not UTF-8; encode it first, as with base64")
        }
        return text
    }

    /// One line from the terminal, which does not show it.
    ///
    /// The terminal gives each byte at once, signals included, so that it is itself again whatever is typed.
    private static func typed(_ context: VerbContext) throws -> [UInt8] {
        var original = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &original) == 0 else {
            throw VerbError(.fault, "the terminal does not tell its state")
        }
        var silent = original
        silent.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        // Before the prompt: what is typed in answer to that is neither shown nor thrown away.
        _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        context.errors.write("Value: ")
        defer {
            _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &original)
            context.errors.write("\n")
        }
        var line: [UInt8] = []
        while true {
            var byte: UInt8 = 0
            let count = unsafe Glibc.read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return line }
            switch byte {
            case 0x0a, 0x0d, 0x04: return line
            case 0x03, 0x1c: throw VerbError(.interrupted, "nothing was changed")
            // The whole last character, however many bytes it has.
            case 0x08, 0x7f: while let last = line.popLast(), last & 0xc0 == 0x80 {}
            case 0x15: line = []
            default: line.append(byte)
            }
        }
    }
}
