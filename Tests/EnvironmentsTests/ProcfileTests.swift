// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Environments

@Suite("Procfiles")
struct ProcfileTests {
    @Test("processes are read, and `web` comes first")
    func reads() throws {
        let text =
            "\u{FEFF}# comment\r\n\r\nworker : python3 -m worker\r\nweb: gunicorn --bind :$PORT app:app # not one\n"
        let procfile = try Procfile(text)
        #expect(
            procfile.entries == [
                Procfile.Entry(name: "web", command: "gunicorn --bind :$PORT app:app # not one"),
                Procfile.Entry(name: "worker", command: "python3 -m worker"),
            ]
        )
    }

    @Test(
        "what is wrong is said with its line",
        arguments: [
            ("", "the Procfile has no process 'web'"),
            ("web:\n", "Procfile:1: the process web has no command"),
            ("web: a\nweb: b", "Procfile:2: the process web is there twice"),
            ("web: a\n\nwo rker: b", "Procfile:3: 'wo rker' is no name for a process"),
        ]
    )
    func refuses(_ text: String, _ message: String) {
        #expect(throws: LaunchProblem(message)) { try Procfile(text) }
    }
}
