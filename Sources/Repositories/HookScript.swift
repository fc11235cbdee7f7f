// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Git

/// The text of the hook that is put into repositories.
///
/// A shell script and not a link to the program: it can be read, it chains, and it costs a push half a millisecond.
struct HookScript: Equatable {
    /// The file `hooks/post-receive` of the source tree, with the paths of a system-wide installation.
    static let template = #"""
        #!/bin/sh
        # Tells Nacre of each push. Put here by `nacre hooks install`, taken away by `nacre hooks uninstall`.
        # SPDX-License-Identifier: Apache-2.0
        program='/usr/local/bin/nacre-hook'
        socket='/var/lib/nacre/control.sock'
        previous="$0.nacre-previous"

        # The usual case costs no further process.
        if [ ! -x "$previous" ]; then
            exec "$program" "$socket"
        fi

        # Nacre hears of the push at once, whatever time an earlier hook takes: what it knows of the push must not come late.
        # The earlier hook has the same arguments and input, speaks first, and its verdict stands. The dot keeps the newlines
        # at the end.
        updates=$(cat; printf .)
        printf %s "${updates%.}" | "$program" "$socket" | {
            printf %s "${updates%.}" | "$previous" "$@"
            status=$?
            cat
            exit "$status"
        }

        """#

    private static let programLine = "program='/usr/local/bin/nacre-hook'"
    private static let socketLine = "socket='/var/lib/nacre/control.sock'"
    private static let checksumMark = "# nacre-checksum: "

    /// The absolute path of `nacre-hook`.
    let program: String
    /// The absolute path of the daemon's control socket.
    let socket: String

    init(program: String, socket: String) throws(RepositoriesError) {
        for path in [program, socket] {
            guard path.hasPrefix("/"), !path.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
                let message = "the path must be absolute and without control characters to be written into a hook"
                throw RepositoriesError(.invalidText, message, path: TerminalText.visible(path))
            }
        }
        self.program = program
        self.socket = socket
    }

    /// The file's content; the last line holds a checksum of what is before it, so that a later edit can be told.
    func render() throws(GitError) -> [UInt8] {
        let text = Self.template.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            switch line {
            case Self.programLine: "program=" + Self.quoted(program)
            case Self.socketLine: "socket=" + Self.quoted(socket)
            default: String(line)
            }
        }.joined(separator: "\n")
        let bytes = Array(text.utf8)
        return bytes + Array("\(Self.checksumMark)\(try ObjectID.ofBlob(bytes))\n".utf8)
    }

    /// What a hook file is to us.
    enum Recognition: Equatable {
        /// Ours, as it was written, by this or another version.
        case ours(HookScript)
        /// Ours once, but edited.
        case edited
        /// Somebody else's.
        case foreign
    }

    /// Looks at the content of a hook file.
    static func recognise(_ bytes: [UInt8]) throws(GitError) -> Recognition {
        guard let text = String(validating: bytes, as: UTF8.self), let mark = text.range(ofLast: checksumMark) else {
            return .foreign
        }
        let before = Array(text[..<mark.lowerBound].utf8)
        let after = text[mark.upperBound...]
        guard try after == "\(ObjectID.ofBlob(before))\n" else { return .edited }
        let lines = text.split(separator: "\n")
        guard let program = value("program=", in: lines), let socket = value("socket=", in: lines),
            let script = try? HookScript(program: program, socket: socket)
        else { return .edited }
        return .ours(script)
    }

    /// One word for the shell, whatever the text holds.
    static func quoted(_ text: String) -> String {
        var result = "'"
        for scalar in text.unicodeScalars {
            if scalar == "'" { result += #"'\''"# } else { result.unicodeScalars.append(scalar) }
        }
        return result + "'"
    }

    private static func value(_ name: String, in lines: [Substring]) -> String? {
        guard let line = lines.first(where: { $0.hasPrefix(name) })?.dropFirst(name.count), line.count >= 2 else {
            return nil
        }
        var result = ""
        var rest = line.unicodeScalars.dropFirst().dropLast()
        let escape = Array(#"'\''"#.unicodeScalars)
        while let next = rest.first {
            result.unicodeScalars.append(next)
            rest = rest.dropFirst(rest.starts(with: escape) ? escape.count : 1)
        }
        return result
    }
}

extension String {
    /// Where a text occurs last.
    fileprivate func range(ofLast text: String) -> Range<String.Index>? {
        var end = endIndex
        while end > startIndex {
            end = index(before: end)
            if self[end...].hasPrefix(text) { return end..<index(end, offsetBy: text.count) }
        }
        return nil
    }
}
