// SPDX-License-Identifier: Apache-2.0

import Artifacts
import Control
import JSON
import Journals
import Pipelines
import TestSupport
import Testing

@testable import Daemon

@Suite("Approvals by others", .scratchDirectory, .timeLimit(.minutes(40)))
struct ApproverTests {
    /// A pipeline that has nothing but an approval behind its source.
    private func definition() throws -> PipelineDefinition {
        let text = Definition(
            "demo",
            [("Source", [Definition.source("MainSource")]), ("Ask", [Definition.approval()])],
            more: ["executionMode": "PARALLEL", "pipelineType": "V2"]
        ).text
        return try JSONText.decode([String: PipelineDefinition].self, from: Array(text.utf8))["pipeline"]
            ?? {
                throw ControlFailure(.invalid, "no pipeline")
            }()
    }

    private func approve(
        _ execution: String,
        _ bench: PipelineBench,
        _ approvers: Approvers,
        by person: String
    ) async throws {
        let session = PipelineSession(
            service: bench.service,
            journal: bench.store,
            artifacts: try ArtifactStore("\(ScratchDirectory.path)/home/artifacts"),
            person: person,
            approvers: approvers
        )
        try await bench.until("\(execution) asks") {
            (try? await session.approvals(execution, stage: nil, action: nil)) != nil
        }
        let waiting = try await session.approvals(execution, stage: nil, action: nil)
        _ = try await session.answer(
            .answerApproval(
                execution: execution,
                stage: "Ask",
                action: "Ask",
                token: waiting.first?.action.token ?? "",
                isApproved: true,
                comment: ""
            )
        )
    }

    @Test("who has pushed may approve unless others must; then others may")
    func pushed() async throws {
        let bench = try await PipelineBench.make()
        try await bench.define(try definition())
        for number in 2...3 {
            _ = try bench.commit("\(number)")
            #expect(try await bench.push("HEAD:main").executions.map(\.execution.label) == ["demo/\(number)"])
        }
        // As the bench's hook tells it, the pusher is ada.
        try await approve("demo/2", bench, .anyone, by: "ada")
        #expect(try await bench.ended("demo/2").status == .succeeded)
        let failure = await #expect(throws: ControlFailure.self) {
            try await approve("demo/3", bench, .others, by: "ada")
        }
        #expect(failure?.message.hasPrefix("demo/3 was pushed or started by ada, and somebody else must") ?? false)
        try await approve("demo/3", bench, .others, by: "bob")
        #expect(try await bench.ended("demo/3").status == .succeeded)
    }

    @Test("of a push that no hook has told of nobody knows whose it is: nobody approves it where others must")
    func unknown() async throws {
        let bench = try await PipelineBench.make()
        try await bench.define(try definition())
        _ = try bench.commit("2")
        try bench.git.git("push", "-q", "origin", "HEAD:main")
        await bench.intake.scan(bench.repository.id, origin: .start)
        let failure = await #expect(throws: ControlFailure.self) {
            try await approve("demo/2", bench, .others, by: "bob")
        }
        #expect(failure?.message.hasPrefix("nobody knows who has pushed demo/2") ?? false)
        try await approve("demo/2", bench, .anyone, by: "bob")
    }

    @Test("who has started it by hand does not approve it where others must")
    func started() async throws {
        let bench = try await PipelineBench.make()
        try await bench.define(try definition())
        let trigger = ExecutionTrigger(.startPipelineExecution, detail: PersonName.arn("ada"))
        _ = try await bench.service.start("demo", revisions: [:], variables: [:], token: nil, trigger: trigger)
        await #expect(throws: ControlFailure.self) { try await approve("demo/2", bench, .others, by: "ada") }
        try await approve("demo/2", bench, .others, by: "bob")
    }
}
