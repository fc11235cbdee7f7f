// SPDX-License-Identifier: Apache-2.0

import Builds
import Foundation
import Testing

@Suite("Shell words")
struct ShellTextTests {
    @Test(
        "a quoted word means itself to a real shell",
        arguments: [
            "", "plain", "two words", "it's", "''", "$HOME `id` $(id)", "line\nbreak", "\\", "*?[", "ünï",
            "'\u{301};id;'\u{200D}", "\r\n'\r\n",
        ]
    )
    func quoted(_ text: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "printf %s \(ShellText.quoted(text))"]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(String(decoding: output, as: UTF8.self) == text)
    }
}
