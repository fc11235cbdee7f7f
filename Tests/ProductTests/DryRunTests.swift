// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("nacre build --dry-run", .scratchDirectory, .timeLimit(.minutes(40)))
struct DryRunTests {
    private static let buildspec = """
        version: 0.2
        env:
          variables: {EPOCHS: 010, NAME: spec}
          secrets-manager: {TOKEN: 'app/db:password'}
          exported-variables: [NAME]
        phases:
          install:
            run-as: nobody
            commands: ['touch ran']
          build:
            on-failure: RETRY-2-.*timed out
            commands:
              - touch ran
              - |
                echo one
                echo two
            finally: [touch ran]
        reports:
          unit: {files: ['*.xml']}
        artifacts:
          files: ['*.txt']
          name: out-$NAME
        cache:
          key: k-$NAME
          paths: ['deps/**/*']

        """

    private func dryRun(_ buildspec: String, _ arguments: String...) throws -> Program.Result {
        let source = "\(ScratchDirectory.path)/tree"
        try FileManager.default.createDirectory(atPath: source, withIntermediateDirectories: true)
        for (name, text) in ["buildspec.yml": buildspec, "a.txt": "a", "b.txt": "b", "c.md": "c"] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(source)/\(name)"))
        }
        let result = try Program.run(
            Program.product("nacre"),
            ["build", source, "--dry-run"] + arguments,
            environment: Program.path.merging(["NACRE_HOME": "\(ScratchDirectory.path)/home"]) { $1 }
        )
        #expect(!FileManager.default.fileExists(atPath: "\(source)/ran"))
        #expect(!FileManager.default.fileExists(atPath: "\(ScratchDirectory.path)/home/local"))
        return result
    }

    @Test("it tells variables with their places, commands with their lines, and what would be kept")
    func text() throws {
        let result = try dryRun(Self.buildspec, "-e", "NAME=given", "--timeout", "30m")
        #expect(result.status == 0, "\(result)")
        let lines = result.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        let expected = [
            "EPOCHS buildspec.yml:3 010", "NAME -e (instead of buildspec.yml:3) given",
            "Phase INSTALL (as nobody)", "1 buildspec.yml:9", "2 buildspec.yml:14", "echo one", "echo two",
            "finally 1 buildspec.yml:17", "key: k-$NAME", "paths: deps/**/*", "unit (JUNITXML): *.xml",
            "2 files match now:", "a.txt", "b.txt", "name: out-$NAME",
        ]
        #expect(expected.filter { !lines.contains($0) } == [], "\(result)")
        #expect(lines.first?.contains("at most 30 minutes") == true, "\(result)")
        #expect(lines.contains { $0.hasPrefix("TOKEN ") && $0.hasSuffix("(not shown)") }, "\(result)")
        #expect(lines.contains("Phase BUILD (on failure RETRY-2-.*timed out)"), "\(result)")
    }

    @Test("--json tells the same to programs")
    func json() throws {
        struct Plan: Decodable {
            struct Variable: Decodable {
                var name: String
                var value: String?
            }
            struct Command: Decodable {
                var text: String
                var line: Int
            }
            struct Phase: Decodable {
                var name: String
                var commands: [Command]
                var finally: [Command]
            }
            struct Artifacts: Decodable {
                var matches: [String]
            }
            var version: String
            var timeoutInMinutes: Int
            var variables: [Variable]
            var phases: [Phase]
            var artifacts: [Artifacts]
            var exportedVariables: [String]
        }
        let result = try dryRun(Self.buildspec, "--json")
        #expect(result.status == 0, "\(result)")
        let plan = try JSONDecoder().decode(Plan.self, from: Data(result.output.utf8))
        #expect(plan.version == "0.2" && plan.timeoutInMinutes == 60)
        #expect(plan.variables.first { $0.name == "EPOCHS" }?.value == "010")
        let token = try #require(plan.variables.first { $0.name == "TOKEN" })
        #expect(token.value == nil)
        #expect(plan.phases.map { $0.name.uppercased() } == ["INSTALL", "BUILD"])
        #expect(plan.phases.last?.commands.map(\.line) == [13, 14])
        #expect(plan.phases.last?.commands.last?.text == "echo one\necho two\n")
        #expect(plan.phases.last?.finally.map(\.text) == ["touch ran"])
        #expect(plan.artifacts.map(\.matches) == [["a.txt", "b.txt"]])
        #expect(plan.exportedVariables == ["NAME"])
    }

    @Test("a buildspec with an error is shown with its place, and the exit code is 3")
    func invalid() throws {
        let result = try dryRun("version: 0.2\nphases:\n  build:\n    commands:\n      - echo a: b\n")
        #expect(result.status == 3)
        #expect(result.output == "")
        #expect(result.errors.contains("buildspec.yml:5:9: error: "), "\(result)")
        #expect(try dryRun(Self.buildspec, "-b", "none.yml").status == 3)
    }
}
