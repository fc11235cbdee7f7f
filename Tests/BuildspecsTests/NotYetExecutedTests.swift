// SPDX-License-Identifier: Apache-2.0

import Buildspecs
import Diagnostics
import Testing

@Suite("Keys that are not executed yet")
struct NotYetExecutedTests {
    private func complaints(_ text: String) throws -> [String] {
        let spec = try #require(BuildspecReader.read(Array(text.utf8), file: "f").buildspec)
        return spec.notYetExecuted().map { "\($0.location.line):\($0.location.column): \($0.message)" }
    }

    @Test("each is named with its place")
    func everything() throws {
        let expected = [
            ("2:9", "run-as"), ("11:5", "parameter-store"), ("13:5", "secrets-manager"),
            ("16:26", "git-credential-helper"), ("23:7", "runtime-versions"), ("27:13", "run-as"),
            ("32:17", "on-failure: RETRY"), ("64:1", "cache"),
        ].map { "\($0.0): `\($0.1)` is not executed by this version of Nacre yet" }
        #expect(try complaints(BuildspecSamples.everything) == expected)
    }

    @Test(
        "what changes nothing is let through",
        arguments: [
            BuildspecSamples.top("cache: {paths: []}"), BuildspecSamples.top("cache: {key: x}"),
            BuildspecSamples.top("env: {parameter-store: {}, secrets-manager: {}, git-credential-helper: no}"),
            BuildspecSamples.top("reports: {}"), BuildspecSamples.top("proxy: {logs: yes}"),
            BuildspecSamples.top("batch: {build-list: [{identifier: a}]}"),
            BuildspecSamples.build("commands: [a]\non-failure: CONTINUE"),
        ]
    )
    func letThrough(text: String) throws {
        #expect(try complaints(text) == [])
    }

    @Test("a batch without phases is named: a plain build of it would do nothing")
    func batchAlone() throws {
        let text = "version: 0.2\nbatch: {build-list: [{identifier: a, buildspec: b.yml}]}"
        #expect(try complaints(text) == ["2:1: this buildspec has no `phases`, only a `batch`, which a single build does not read"])
    }

    @Test("steps and foreign shells are named")
    func steps() throws {
        #expect(
            try complaints(BuildspecSamples.build("steps: [{run: make}]", top: "env: {shell: cmd.exe}\n"))
                == [
                    "4:5: `steps` is not executed by this version of Nacre yet",
                    "5:14: `shell` is not executed by this version of Nacre yet",
                ]
        )
    }
}
