// SPDX-License-Identifier: Apache-2.0

import Buildspecs
import Diagnostics
import Testing

@Suite("What a build refuses")
struct RefusalTests {
    private func complaints(_ text: String) throws -> [String] {
        let spec = try #require(BuildspecReader.read(Array(text.utf8), file: "f").buildspec)
        return spec.refusals().map { "\($0.location.line):\($0.location.column): \($0.message)" }
    }

    @Test(
        "what changes nothing is let through",
        arguments: [
            BuildspecSamples.top("cache: {paths: []}"), BuildspecSamples.top("cache: {key: x}"),
            BuildspecSamples.top("env: {parameter-store: {}, secrets-manager: {}, git-credential-helper: yes}"),
            BuildspecSamples.build("steps: [{run: make, if: always()}]", top: "run-as: nobody\n"),
            "version: 0.2\nphases: {install: {runtime-versions: {python: 3.11}}}",
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
        #expect(
            try complaints(text) == [
                "2:1: this buildspec has no `phases`, only a `batch`, which a single build does not read"
            ]
        )
    }

    @Test("foreign shells are named")
    func shells() throws {
        #expect(
            try complaints(BuildspecSamples.build("commands: [a]", top: "env: {shell: cmd.exe}\n"))
                == ["5:14: cmd.exe is a shell of Windows: such a build cannot run on Linux"]
        )
    }
}
