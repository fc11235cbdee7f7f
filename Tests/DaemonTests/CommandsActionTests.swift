// SPDX-License-Identifier: Apache-2.0

import Foundation
import Pipelines
import TestSupport
import Testing

@testable import Daemon

@Suite("Actions of Commands", .scratchDirectory, .timeLimit(.minutes(40)))
struct CommandsActionTests {
    private func order(
        _ commands: [String],
        inputs: [ArtifactReference] = [],
        outputs: [String] = []
    ) -> ActionOrder {
        var order = ActionFixture.order("Commands", category: "Compute", inputs: inputs, outputs: outputs)
        order.commands = commands
        return order
    }

    @Test("commands run in the first input, hand variables and folder to each other, and deliver")
    func success() async throws {
        let fixture = try ActionFixture()
        let code = try fixture.artifact("Code", ["a.txt": "a", "sub/b.txt": "b"])
        let other = try fixture.artifact("Other", ["c.txt": "c"])
        var order = order(
            [
                "export V=1", "PLAIN='it''s \"2\"'", "cd sub",
                "cat b.txt ../a.txt $CODEBUILD_SRC_DIR_Other/c.txt > out.txt",
                "export SEEN=\"$PLAIN $GIVEN\"", "# só um comentário\necho é",
            ],
            inputs: [code, other],
            outputs: ["Out"]
        )
        order.outputs[0].files = ["sub/*.txt"]
        order.outputVariables = ["V", "SEEN", "CODEBUILD_INITIATOR", "MISSING"]
        order.environmentVariables = [.init(name: "GIVEN", value: "$HOME & more")]
        let outcome = try await fixture.run(order)
        #expect(outcome.failure == nil)
        #expect(
            outcome.output.variables == [
                "V": "1", "SEEN": "its \"2\" $HOME & more", "CODEBUILD_INITIATOR": "codepipeline/shop",
            ]
        )
        let made = try #require(outcome.output.artifacts.first)
        #expect(try fixture.files(of: made) == ["sub/b.txt": "b", "sub/out.txt": "bac"])
    }

    @Test("the first command that fails is the last")
    func failure() async throws {
        let fixture = try ActionFixture()
        let outcome = try await fixture.run(order(["echo one", "exit 3", "touch \(fixture.folder)/never"]))
        #expect(outcome.failure?.code == .jobFailed)
        #expect(outcome.failure?.message.contains("exit 3. Reason: exit status 3") == true)
        #expect(!FileManager.default.fileExists(atPath: "\(fixture.folder)/never"))
    }

    @Test("an action without commands is refused")
    func empty() async throws {
        let outcome = try await ActionFixture().run(order([]))
        #expect(outcome.failure?.code == .configurationError)
    }
}
