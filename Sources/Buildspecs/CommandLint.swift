// SPDX-License-Identifier: Apache-2.0

/// What a shell accepts and the author of a command will regret, as far as the text alone shows it.
struct CommandLint {
    /// One regret.
    struct Problem: Equatable {
        let message: String
        let hint: String?
    }

    /// Commands of bash that dash has not; `source` is the one most missed.
    private static let bashCommands: Set<String> = [
        "[[", "source", "pushd", "popd", "disown", "declare", "typeset", "mapfile", "readarray", "shopt", "function",
        "let",
    ]

    /// The shell of the build as written; nil for `sh`.
    let shell: String?
    let version: Buildspec.Version

    /// The regrets of one item.
    /// - Parameters:
    ///   - text: the command.
    ///   - isLast: whether it is the last of its list, or has others behind it.
    ///   - isJoined: whether YAML put the text together from several lines.
    /// - Returns: the regrets; empty for a command of Windows, which is not looked at.
    func problems(in text: String, isLast: Bool, isJoined: Bool = false) -> [Problem] {
        guard shell != "powershell.exe", shell != "cmd.exe" else { return [] }
        var result: [Problem] = []
        if isJoined, holdsEscapedSpace(text) {
            result.append(
                Problem(
                    message:
                        "YAML has already joined these lines, so the `\\` escapes a space and does not continue the line",
                    hint: "remove each `\\` at a line's end, or write the lines after `- |`"
                )
            )
        }
        if endsInBackslash(text) {
            result.append(
                Problem(
                    message: "the `\\` at the end joins this command with what the runner puts behind it",
                    hint: "remove it, or write the lines as one item after `- |`"
                )
            )
        }
        let script = ShellOutline(text)
        if script.commands.count == 1, let command = script.commands.first {
            result += loneCommand(command, isLast: isLast)
        }
        if let word = lookalike(script) {
            result.append(
                Problem(
                    message: "`\(word.prefix(40))` holds a character that only looks like a space or a `-`",
                    hint: "type it anew with plain characters"
                )
            )
        }
        if isPlainShell, let name = bashism(script) {
            result.append(
                Problem(
                    message: "\(name) is of bash, and commands run in `sh`, which is dash on Debian and Ubuntu",
                    hint: "set `shell: bash` under `env`"
                )
            )
        }
        return result
    }

    /// Whether a character is shown as a space, or not at all, and is none to YAML and to shells.
    static func isFalseSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xa0, 0x2000...0x200b, 0x202f, 0x205f, 0x3000, 0xfeff: true
        default: false
        }
    }

    /// The first word without quotes in which a false space or dash stands where a plain one was meant.
    ///
    /// Between characters that are not ASCII a wide space is mostly right.
    private func lookalike(_ script: ShellOutline) -> String? {
        for command in script.commands {
            for word in command where !word.utf8.allSatisfy({ $0 < 0x80 }) {
                let scalars = Array(word.unicodeScalars)
                guard !scalars.contains("\""), !scalars.contains("'") else { continue }
                if ["\u{2013}", "\u{2014}", "\u{2212}"].contains(scalars[0]), scalars.dropFirst().first?.isASCII == true
                {
                    return word
                }
                for index in scalars.indices where Self.isFalseSpace(scalars[index]) {
                    let neighbours = [index - 1, index + 1].filter(scalars.indices.contains)
                    if neighbours.allSatisfy({ scalars[$0].isASCII }) { return word }
                }
            }
        }
        return nil
    }

    /// Whether a backslash between two spaces is in the text.
    private func holdsEscapedSpace(_ text: String) -> Bool {
        let space = UInt8(ascii: " ")
        var beforeLast: UInt8 = 0
        var last: UInt8 = 0
        for byte in text.utf8 {
            if byte == space, last == UInt8(ascii: "\\"), beforeLast == space { return true }
            (beforeLast, last) = (last, byte)
        }
        return false
    }

    private var isPlainShell: Bool {
        guard let shell else { return true }
        let name = shell.split(separator: "/").last ?? ""
        return name == "sh" || name == "dash"
    }

    private func endsInBackslash(_ text: String) -> Bool {
        let slashes = text.utf8.reversed().prefix { $0 == UInt8(ascii: "\\") }.count
        return slashes % 2 == 1
    }

    /// An item that is one command which works on the shell only, and so on nothing: each item has a shell of its own.
    private func loneCommand(_ command: [String], isLast: Bool) -> [Problem] {
        switch command.first {
        case "set" where command.count > 1 && (command[1].hasPrefix("-") || command[1].hasPrefix("+")):
            let text = command.joined(separator: " ")
            return [
                Problem(
                    message: "`\(text.prefix(40))` ends with its own item: the next one has a new shell",
                    hint: "write it in each item that needs it, with the commands after `- |`"
                )
            ]
        case "cd" where version == .v01 && !isLast, "export" where version == .v01 && !isLast:
            return [
                Problem(
                    message: "in version 0.1 each command starts afresh, so this one has no effect on the next",
                    hint: "use `version: 0.2`, or join the commands with `&&`"
                )
            ]
        default:
            return []
        }
    }

    /// The first thing in a script that dash does not know.
    private func bashism(_ script: ShellOutline) -> String? {
        for command in script.commands {
            guard let name = command.first else { continue }
            if Self.bashCommands.contains(name) { return "`\(name)`" }
            if name == "set", command.contains("pipefail") { return "`set -o pipefail`" }
            if name == "[" || name == "test", command.contains("==") { return "`==` in `\(name)`" }
        }
        return script.bashSyntax
    }
}
