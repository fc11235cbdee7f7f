// SPDX-License-Identifier: Apache-2.0

import Builds
import Control
import Foundation
import Journals
import Pipelines
import SQLite
import Synchronization
import TestSupport
import Testing
import WireWords

@testable import Daemon

@Suite("Actions of CodeBuild", .scratchDirectory, .timeLimit(.minutes(40)))
struct CodeBuildActionTests {
    private func buildspec(_ commands: [String], more: String = "") -> String {
        "version: 0.2\nphases:\n  build:\n    commands:\n" + commands.map { "      - \($0)\n" }.joined() + more
    }

    @Test("of several inputs one is the source folder, and each other one has its own")
    func inputs() async throws {
        let fixture = try ActionFixture()
        let code = try fixture.artifact("Code", ["buildspec.yml": "version: 0.2", "train.txt": "code"])
        let model = try fixture.artifact(
            "Model",
            [
                "buildspec.yml": buildspec(
                    [
                        "cat model.txt $CODEBUILD_SRC_DIR_Code/train.txt > both.txt",
                        "echo $CODEBUILD_INITIATOR $CODEBUILD_SOURCE_VERSION >> both.txt",
                        "test -n \"$NACRE_HOME\" && command -v nacre-supervisor",
                    ],
                    more: "artifacts:\n  files: [both.txt]\n"
                ), "model.txt": "model+",
            ]
        )
        let order = ActionFixture.order(
            "CodeBuild",
            ["ProjectName": "train", "PrimarySource": "Model"],
            inputs: [code, model],
            outputs: ["Both"]
        )
        let outcome = try await fixture.run(order)
        #expect(outcome.failure == nil)
        let made = try #require(outcome.output.artifacts.first)
        #expect(made.name == "Both")
        #expect(made.key == "shop/Both/1234567")
        let source = "arn:aws:s3:::codepipeline-us-east-1-000000000000/\(model.key)"
        #expect(try fixture.files(of: made) == ["both.txt": "model+codecodepipeline/shop \(source)\n"])
        let builds = try await fixture.builds()
        #expect(builds.map(\.action) == [order.id])
        #expect(builds.first?.id.description == outcome.output.externalID)
        #expect(builds.first?.id.project == "train")
    }

    @Test("variables of the action beat those of the project, and exported ones come out")
    func variables() async throws {
        let fixture = try ActionFixture()
        var project = BuildProject(name: "train")
        project.buildspec = buildspec(
            ["export SUM=$A$B$C"],
            more: "env:\n  variables: {A: x, B: x, C: c}\n  exported-variables: [SUM]\n"
        )
        project.variables = [.init(name: "A", value: "a"), .init(name: "B", value: "b")]
        try await fixture.apply(project)
        let outcome = try await fixture.run(
            ActionFixture.order(
                "CodeBuild",
                ["ProjectName": "train", "EnvironmentVariables": #"[{"name":"B","value":"B","type":"PLAINTEXT"}]"#],
                inputs: [try fixture.artifact("Code", ["readme": ""])]
            )
        )
        #expect(outcome.failure == nil)
        #expect(outcome.output.variables == ["SUM": "aBc"])
        #expect(outcome.output.artifacts == [])
    }

    @Test("a failed build tells its state, the phase, and the last lines of its log")
    func failure() async throws {
        let fixture = try ActionFixture()
        let code = try fixture.artifact(
            "Code",
            ["buildspec.yml": buildspec(["echo one", "echo the reason; false", "echo never"])]
        )
        let outcome = try await fixture.run(
            ActionFixture.order("CodeBuild", ["ProjectName": "train"], inputs: [code], outputs: ["Out"])
        )
        let failure = try #require(outcome.failure)
        #expect(failure.code == .jobFailed)
        #expect(outcome.output.summary == "Build terminated with state: FAILED")
        #expect(
            failure.message == """
                Build terminated with state: FAILED
                BUILD: Error while executing command: echo the reason; false. Reason: exit status 1
                Last lines of the log:
                one
                the reason
                """
        )
    }

    @Test("an order that is given again, during its build or after it, gets the one build's end")
    func idempotency() async throws {
        let fixture = try ActionFixture()
        let code = try fixture.artifact("Code", ["buildspec.yml": buildspec(["echo x >> \(fixture.folder)/runs"])])
        let order = ActionFixture.order("CodeBuild", ["ProjectName": "train"], inputs: [code])
        async let first = fixture.run(order)
        async let second = fixture.run(order)
        let outcomes = try await [first, second, fixture.run(order)]
        #expect(Set(outcomes).count == 1)
        #expect(outcomes[0].failure == nil)
        #expect(try await fixture.builds().count == 1)
        #expect(try String(contentsOfFile: "\(fixture.folder)/runs", encoding: .utf8) == "x\n")
    }

    @Test("the last of several attempts is the action's")
    func retries() async throws {
        let fixture = try ActionFixture()
        var project = BuildProject(name: "flaky")
        project.autoRetryLimit = 2
        try await fixture.apply(project)
        let code = try fixture.artifact(
            "Code",
            [
                "buildspec.yml": buildspec([
                    "echo x >> \(fixture.folder)/runs", "test $(wc -l < \(fixture.folder)/runs) = 2",
                ])
            ]
        )
        let order = ActionFixture.order("CodeBuild", ["ProjectName": "flaky"], inputs: [code])
        let outcome = try await fixture.run(order)
        #expect(outcome.failure == nil)
        let builds = try await fixture.builds()
        #expect(builds.map(\.attempt) == [0, 1])
        #expect(builds.map(\.action) == [order.id, order.id])
        #expect(outcome.output.externalID == builds.last?.id.description)
    }

    @Test("of several outputs each is the secondary artifact of its name")
    func outputs() async throws {
        let fixture = try ActionFixture()
        let code = try fixture.artifact(
            "Code",
            [
                "buildspec.yml": buildspec(
                    ["echo model > m; echo report > r"],
                    more: "artifacts:\n  files: ['**/*']\n  secondary-artifacts:\n    Model: {files: [m]}\n    "
                        + "Report: {files: [r]}\n    Other: {files: [nothing]}\n"
                )
            ]
        )
        let order = { (names: [String]) in
            ActionFixture.order("CodeBuild", ["ProjectName": "train"], inputs: [code], outputs: names)
        }
        let outcome = try await fixture.run(order(["Model", "Report"]))
        #expect(outcome.failure == nil)
        #expect(outcome.output.artifacts.map(\.name) == ["Model", "Report"])
        #expect(
            try outcome.output.artifacts.map { try fixture.files(of: $0) } == [["m": "model\n"], ["r": "report\n"]]
        )
        let missing = try await fixture.run(order(["Model", "Missing"]))
        #expect(
            missing.failure?.message.contains(
                "UPLOAD_ARTIFACTS: no definition for secondary artifacts in buildspec for the output artifacts `Missing`"
            ) == true
        )
    }

    @Test("an output without any artifacts in the buildspec fails the action")
    func missingArtifacts() async throws {
        let fixture = try ActionFixture()
        let code = try fixture.artifact("Code", ["buildspec.yml": buildspec(["true"])])
        let outcome = try await fixture.run(
            ActionFixture.order("CodeBuild", ["ProjectName": "train"], inputs: [code], outputs: ["Out"])
        )
        #expect(outcome.failure?.message.contains("no definition for primary artifacts in buildspec") == true)
        #expect(outcome.failure?.message.contains("`Out`") == true)
    }

    @Test(
        "what is wrong with a configuration is told with its place, and nothing is built",
        arguments: [
            ([:], "`ProjectName` is missing"),
            (["ProjectName": "../x"], "ProjectName `../x` is no name"),
            (["ProjectName": "a", "EnvironmentVariables": "[{\"name\":\"A\",}]"], "not JSON at byte 13"),
            (["ProjectName": "a", "EnvironmentVariables": "[{\"value\":\"1\"}]"], "EnvironmentVariables[0].name"),
            (
                ["ProjectName": "a", "EnvironmentVariables": #"[{"name":"A","value":"1","type":"SECRET"}]"#],
                "EnvironmentVariables[0].type is `SECRET`"
            ),
            (["ProjectName": "a", "PrimarySource": "Else"], "PrimarySource `Else` is not an input artifact"),
            (["ProjectName": "a", "CombineArtifacts": "true"], "`CombineArtifacts` needs `BatchEnabled`"),
            (["ProjectName": "a", "BatchEnabled": "yes"], "`BatchEnabled` is `yes`"),
        ] as [([String: String], String)]
    )
    func refusals(_ configuration: [String: String], _ message: String) async throws {
        let fixture = try ActionFixture()
        let code = try fixture.artifact("Code", ["readme": ""])
        let outcome = try await fixture.run(ActionFixture.order("CodeBuild", configuration, inputs: [code]))
        #expect(outcome.failure?.code == .configurationError)
        #expect(outcome.failure?.message.contains(message) == true, "\(outcome)")
        #expect(try await fixture.builds().isEmpty)
    }

    @Test("an action with several inputs must name its primary source")
    func missingPrimarySource() async throws {
        let fixture = try ActionFixture()
        let inputs = [try fixture.artifact("A", ["a": ""]), try fixture.artifact("B", ["b": ""])]
        let outcome = try await fixture.run(ActionFixture.order("CodeBuild", ["ProjectName": "a"], inputs: inputs))
        #expect(outcome.failure?.message.contains("`PrimarySource` is missing") == true)
    }

    @Test("an artifact that was damaged in the store is not built")
    func damage() async throws {
        let fixture = try ActionFixture()
        let code = try fixture.artifact("Code", ["buildspec.yml": buildspec(["true"]), "x": "1"])
        let path = "\(fixture.home.artifacts)/\(code.digest.prefix(2))/\(code.digest.dropFirst(2))"
        var bytes = try #require(FileManager.default.contents(atPath: path))
        bytes[bytes.count / 2] ^= 1
        try FileManager.default.removeItem(atPath: path)
        try bytes.write(to: URL(fileURLWithPath: path))
        let outcome = try await fixture.run(ActionFixture.order("CodeBuild", ["ProjectName": "a"], inputs: [code]))
        #expect(outcome.failure?.message.contains("the input artifact `Code` cannot be unpacked") == true)
        #expect(outcome.failure?.message.contains("is damaged: its SHA-256 is") == true)
    }

    @Test("an artifact that refers to a commit is cloned with its history")
    func clone() async throws {
        let fixture = try ActionFixture()
        let git = try GitFixture(in: fixture.folder)
        let commit = try git.commit("second")
        #expect(try git.push("main").status == 0)
        try await fixture.journal.use { journal throws(JournalError) in
            let draft = RepositoryDraft(name: "app", path: git.bare, isHosted: false, isHooked: false, branches: [])
            _ = try journal.addRepository(draft, at: 0)
        }
        let reference = """
            {"repositoryName":"app","branch":"main","commitId":"\(commit)","cloneUrl":"\(git.bare)"}
            """
        var project = BuildProject(name: "clone")
        project.buildspec = buildspec(
            [
                "export COUNT=$(git rev-list --count HEAD) HERE=$(git rev-parse HEAD)",
                "export RESOLVED=$CODEBUILD_RESOLVED_SOURCE_VERSION",
            ],
            more: "env:\n  exported-variables: [COUNT, HERE, RESOLVED]\n"
        )
        try await fixture.apply(project)
        let code = try fixture.artifact("Code", ["codebuild-clone-ref.json": reference])
        let outcome = try await fixture.run(ActionFixture.order("CodeBuild", ["ProjectName": "clone"], inputs: [code]))
        #expect(outcome.failure == nil)
        #expect(outcome.output.variables == ["COUNT": "2", "HERE": commit, "RESOLVED": commit])
        let unknown = try fixture.artifact(
            "Code",
            [
                "codebuild-clone-ref.json":
                    #"{"repositoryName":"no","branch":"m","commitId":"1","cloneUrl":"ext::sh -c true"}"#
            ]
        )
        let refused = try await fixture.run(
            ActionFixture.order("CodeBuild", ["ProjectName": "clone"], inputs: [unknown])
        )
        #expect(refused.failure?.message.contains("there is no repository no in Nacre") == true)
    }

    @Test("a cancelled order stops its build")
    func cancellation() async throws {
        let fixture = try ActionFixture()
        let code = try fixture.artifact("Code", ["buildspec.yml": buildspec(["touch \(fixture.folder)/on; sleep 600"])])
        let order = ActionFixture.order("CodeBuild", ["ProjectName": "long"], inputs: [code])
        let running = Task { try await fixture.run(order) }
        try await soon("the build runs") { FileManager.default.fileExists(atPath: "\(fixture.folder)/on") }
        running.cancel()
        let outcome = try await running.value
        #expect(outcome.failure?.message.hasPrefix("Build terminated with state: STOPPED") == true)
        #expect(try await fixture.builds().map(\.status) == [.stopped])
    }

    @Test("the stop of a build that waits is tried until the journal takes it")
    func cancellationOnFullDisk() async throws {
        let fixture = try ActionFixture(jobs: 1)
        let code = try fixture.artifact("Code", ["buildspec.yml": buildspec(["touch \(fixture.folder)/on; sleep 600"])])
        let orders = (1...2).map { _ in ActionFixture.order("CodeBuild", ["ProjectName": "long"], inputs: [code]) }
        let running = Task { try await fixture.run(orders[0]) }
        try await soon("the first build runs") { FileManager.default.fileExists(atPath: "\(fixture.folder)/on") }
        let waiting = Task { try await fixture.run(orders[1]) }
        try await soon("the second build waits") { try await fixture.builds().count == 2 }
        // As on a full disk, but not for the other builds.
        let database = try Database(fixture.home.database, .existing)
        try database.execute(
            "CREATE TRIGGER full BEFORE UPDATE ON builds WHEN NEW.state <> OLD.state BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
        waiting.cancel()
        try await soon("the stop is refused") { fixture.said.text.contains("cannot be stopped yet") }
        try database.execute("DROP TRIGGER full")
        #expect(try await waiting.value.failure?.message.contains("STOPPED") == true)
        running.cancel()
        _ = try await running.value
    }

    @Test("a project's limit makes its builds wait for each other")
    func limit() async throws {
        let fixture = try ActionFixture()
        var project = BuildProject(name: "alone")
        project.concurrentBuildLimit = 1
        project.buildspec = buildspec(["mkdir \(fixture.folder)/busy", "sleep 0.2", "rmdir \(fixture.folder)/busy"])
        try await fixture.apply(project)
        let code = try fixture.artifact("Code", ["readme": ""])
        async let first = fixture.run(ActionFixture.order("CodeBuild", ["ProjectName": "alone"], inputs: [code]))
        async let second = fixture.run(ActionFixture.order("CodeBuild", ["ProjectName": "alone"], inputs: [code]))
        #expect(try await [first, second].map(\.failure) == [nil, nil])
    }

    @Test("a batch of an action builds its items, whose artifacts can be combined")
    func batch() async throws {
        let fixture = try ActionFixture()
        let text = """
            version: 0.2
            batch:
              build-list:
                - identifier: one
                  env: {variables: {WHO: first}}
                - identifier: two
                  env: {variables: {WHO: second}}
            phases:
              build:
                commands:
                  - echo $WHO$SUFFIX > who.txt
            artifacts:
              files: [who.txt]
            """
        let code = try fixture.artifact("Code", ["buildspec.yml": text])
        var configuration = [
            "ProjectName": "batch", "BatchEnabled": "true", "CombineArtifacts": "true",
            "EnvironmentVariables": #"[{"name":"SUFFIX","value":"!"}]"#,
        ]
        let order = ActionFixture.order("CodeBuild", configuration, inputs: [code], outputs: ["All"])
        let outcome = try await fixture.run(order)
        #expect(outcome.failure == nil)
        let made = try #require(outcome.output.artifacts.first)
        #expect(try fixture.files(of: made) == ["one/who.txt": "first!\n", "two/who.txt": "second!\n"])
        #expect(try await fixture.builds().map(\.action) == [nil, nil])
        #expect(try await fixture.run(order) == outcome)
        configuration["CombineArtifacts"] = nil
        let ambiguous = try await fixture.run(
            ActionFixture.order("CodeBuild", configuration, inputs: [code], outputs: ["All"])
        )
        #expect(ambiguous.failure?.message.contains("builds one, two of the batch have all made") == true)
    }
}
