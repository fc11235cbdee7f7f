// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import CShims
internal import Files
internal import Glibc
internal import Processes

/// Texts that were quoted are the same texts to a real shell.
struct ShellWordTarget: FuzzTarget {
    let name = "shell"
    let seeds = ["a b\0'\0\"$(x)\"\0`id`\0-n\0\\\0", "*\0~\0!\0;\n&|<>\0é\u{1F600}\0\u{1B}[0m"].map { Array($0.utf8) }
    let words = ["'", "''", "'\\''", "\"", "$", "`", "\\", "\n", "!", "*", "$(id)", "${x}", ";", "-", "#", "~", "\0"]

    /// The words are parted by NUL.
    func check(_ input: [UInt8]) throws {
        let words = input.prefix(4_096).split(separator: 0, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        let script = "printf '%s\\0' " + words.map { ShellText.quoted($0) }.joined(separator: " ")
        let said = try FuzzFiles.withFolder { folder in
            try AtomicFile.write(Array("\(script)\n".utf8), to: "\(folder)/s.sh")
            let null = try Descriptor.open("/dev/null", O_RDWR)
            let output = try Descriptor.open("\(folder)/out", O_RDWR | O_CREAT, mode: 0o600)
            let child = try ChildProcess.spawn(
                ChildProcess.Request(
                    executable: "/bin/sh",
                    arguments: ["sh", "\(folder)/s.sh"],
                    environment: [],
                    standard: (null.number, output.number, null.number)
                )
            )
            _ = try child.wait()
            return try AtomicFile.read("\(folder)/out")
        }
        let expected = words.flatMap { word -> [UInt8] in Array(word.utf8) + [0] }
        try FuzzFailure.unless(
            said == expected,
            "the shell understands \(String(decoding: said, as: UTF8.self).debugDescription)"
        )
    }
}
