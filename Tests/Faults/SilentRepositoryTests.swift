// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("9: repositories that do not answer", .scratchDirectory, .timeLimit(.minutes(40)))
struct SilentRepositoryTests {
    private static let buildspec = """
        version: 0.2
        batch:
          build-list:
            - identifier: one
        phases:
          build:
            commands: ['true']

        """

    /// A repository with a commit on a branch that nobody watches.
    private func repository(_ name: String, _ daemon: DaemonFixture) throws -> (git: GitFixture, commit: String) {
        let git = try daemon.createRepository(name)
        try git.write("buildspec.yml", Self.buildspec)
        try git.write("line.json", line(name).text)
        let commit = try git.commit("of \(name)")
        #expect(try git.push("HEAD:refs/heads/other").status == 0)
        return (git, commit)
    }

    private func line(_ name: String, branch: String = "main") -> Definition {
        Definition(
            "line-\(name)",
            [
                ("Source", [Definition.source(branch: branch, repository: name)]),
                ("Work", [Definition.commands("Work", ["true"])]),
            ]
        )
    }

    /// Puts a pipe in the place of an object.
    private func silence(_ object: String, in git: GitFixture) throws -> SilentFile {
        let id = try git.gitInBare("rev-parse", object)
        return try SilentFile(at: "\(git.bare)/objects/\(id.prefix(2))/\(id.dropFirst(2))")
    }

    private func start(_ arguments: [String], _ daemon: DaemonFixture) throws -> BackgroundProgram {
        try BackgroundProgram(
            Program.product("nacre"),
            arguments,
            environment: Program.path.merging(["NACRE_HOME": daemon.home]) { $1 },
            name: arguments[0]
        )
    }

    @Test("9: batches, definitions and sources of repositories that do not answer hold up those of no other")
    func others() throws {
        try DaemonFixture.run { daemon in
            let good = try repository("good", daemon)
            let (batching, defining) = (try repository("batching", daemon), try repository("defining", daemon))
            let sourcing = try repository("sourcing", daemon)
            // Each is asked for what it does not give.
            #expect(try daemon.nacre("repo", "set", "batching", "--batch", "on").status == 0)
            let plan = try silence("\(batching.commit):buildspec.yml", in: batching.git)
            try batching.git.gitInBare("update-ref", "refs/heads/main", batching.commit)
            let definition = try silence("\(defining.commit):line.json", in: defining.git)
            try defining.git.gitInBare("update-ref", "refs/heads/main", defining.commit)
            let setting = try start(["repo", "set", "defining", "--definition", "line.json"], daemon)
            try definition.waitUntilRead()
            try plan.waitUntilRead()
            // Another has its definition, its source and its batch.
            #expect(try daemon.nacre("repo", "set", "good", "--definition", "line.json").status == 0)
            let push = try good.git.push("HEAD:main")
            #expect(push.errors.contains("applied line.json: pipeline line-good created"), "\(push.errors)")
            #expect(try daemon.over("line-good/1").status == "Succeeded")
            let source = try silence(sourcing.commit, in: sourcing.git)
            try Data(line("sourcing", branch: "other").text.utf8)
                .write(to: URL(fileURLWithPath: "\(ScratchDirectory.path)/sourcing.json"))
            let applying = try start(["apply", "\(ScratchDirectory.path)/sourcing.json"], daemon)
            try source.waitUntilRead()
            #expect(try daemon.nacre("pipeline", "start", "line-good").status == 0)
            #expect(try daemon.over("line-good/2").status == "Succeeded")
            #expect(try daemon.nacre("repo", "set", "good", "--batch", "on").status == 0)
            #expect(try good.git.push("HEAD:model").status == 0)
            try eventually("the batch is over; \(daemon.log)") {
                try daemon.nacre("show", "good#batch1").output.contains("SUCCEEDED")
            }
            for file in [plan, definition, source] { file.answer() }
            _ = try setting.wait()
            _ = try applying.wait()
        }
    }
}
