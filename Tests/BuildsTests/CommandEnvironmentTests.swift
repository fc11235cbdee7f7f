// SPDX-License-Identifier: Apache-2.0

import Buildspecs
import Testing
import WireWords

@testable import Builds

@Suite("Variables of a command")
struct CommandEnvironmentTests {
    @Test("a list that was made for one command is made anew when a variable or the folder is another")
    func list() throws {
        let text = "version: 0.2\nphases: {build: {commands: [ls]}}\n"
        let spec = try #require(BuildspecReader.read(Array(text.utf8), file: "spec.yml").buildspec)
        let request = BuildRequest(
            id: BuildID.make(project: "app"),
            number: 4,
            initiator: "ada",
            source: .none,
            at: Timestamp.now()
        )
        var environment = CommandEnvironment(
            request,
            spec.environment,
            secrets: SecretValues(),
            scriptDirectory: "/state"
        )
        environment["B"] = "1"
        let first = environment.list(workingDirectory: "/src")
        #expect(first == environment.list(workingDirectory: "/src"))
        #expect(first == first.sorted() && first.contains("PWD=/src") && first.contains("B=1"))
        #expect(environment.list(workingDirectory: "/src/a") == first.map { $0 == "PWD=/src" ? "PWD=/src/a" : $0 })
        environment["B"] = "2"
        #expect(environment.list(workingDirectory: "/src") == first.map { $0 == "B=1" ? "B=2" : $0 })
    }
}
