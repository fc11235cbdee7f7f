// SPDX-License-Identifier: Apache-2.0

import Pipelines
import Testing

@Suite("Approvals")
struct ApprovalTests {
    private func waiting() throws -> Scene {
        let definition = Sketch.pipeline("Source: Code", "Approval: ask?", "Deploy: deploy").with("Approval", "ask") {
            action in
            action.configuration = ["CustomData": "Look at #{Code.CommitId}"]
        }
        var scene = Scene(definition)
        try scene.start(1)
        try scene.end("Code", of: 1, variables: ["CommitId": "4f2a"])
        return scene
    }

    private func token(_ number: Int, in scene: Scene) throws -> String {
        try #require(scene[number].stage("Approval")?.latest("ask")?.token)
    }

    @Test("an approval has a token, expires after seven days, and says what it is about")
    func waits() throws {
        let scene = try waiting()
        #expect(try token(1, in: scene).count == 36)
        #expect(scene.running.isEmpty, "no provider hears of it")
        #expect(scene.machine.unfinished.isEmpty)
        #expect(scene.machine.nextDeadline == scene.time + 7 * 24 * 60 * Scene.minute)
        let announcement = try #require(scene.announcements.last)
        #expect(announcement.subject == .approvalNeeded && announcement.text == "Look at 4f2a")
        #expect(announcement.actionID == scene[1].stage("Approval")?.latest("ask")?.id)
    }

    @Test(
        "19: a date that is set moves its expiry, and what it has waited stays what it was",
        arguments: [86_400_000, -86_400_000]
    )
    func clockMoved(milliseconds: Int64) throws {
        var scene = try waiting()
        let began = try #require(scene[1].stage("Approval")?.latest("ask")?.startedAt)
        let deadline = try #require(scene.machine.nextDeadline)
        let source = try #require(scene[1].stage("Source"))
        scene.time += milliseconds
        try scene.take(.clockMoved(milliseconds: milliseconds))
        #expect(scene.machine.nextDeadline == deadline + milliseconds)
        let action = try #require(scene[1].stage("Approval")?.latest("ask"))
        #expect(action.startedAt == began + milliseconds)
        #expect(scene[1].stage("Source") == source, "what is over has its times")
        try scene.take(.woke)
        #expect(scene[1].stage("Approval")?.latest("ask")?.status == .inProgress)
        scene.time = deadline + milliseconds
        try scene.take(.woke)
        #expect(scene[1].status == .failed)
    }

    @Test("an approved one goes on, and keeps who, when and why")
    func approved() throws {
        var scene = try waiting()
        try scene.answer("ask", of: 1, in: "Approval")
        #expect(scene.running == ["1 deploy"])
        let action = try #require(scene[1].stage("Approval")?.latest("ask"))
        #expect(action.status == .succeeded && action.token == nil && action.updatedBy == "bob")
        #expect(
            action.approval == ApprovalRecord(isApproved: true, comment: "because", person: "bob", at: scene.time)
        )
        #expect(action.output.summary == "because")
    }

    @Test("a rejected one fails its stage, and a retry asks again with a new token")
    func rejected() throws {
        var scene = try waiting()
        let old = try token(1, in: scene)
        try scene.answer("ask", of: 1, in: "Approval", approves: false)
        #expect(scene[1].status == .failed)
        #expect(scene[1].stage("Approval")?.latest("ask")?.failure?.message == "bob rejected it: because")
        try scene.retry(1, "Approval")
        #expect(try token(1, in: scene) != old)
        try scene.answer("ask", of: 1, in: "Approval")
        #expect(scene.running == ["1 deploy"])
        #expect(scene[1].stage("Approval")?.actions.count == 2)
    }

    @Test("a token that is not the approval's is refused")
    func wrongToken() throws {
        var scene = try waiting()
        let event = PipelineEvent.approvalGiven(Scene.answer("ask", in: "Approval", token: "guess"))
        #expect(scene.refusal(event)?.exception == "InvalidApprovalTokenException")
        #expect(scene[1].status == .inProgress)
    }

    @Test("answers for stages and actions that there are not are refused")
    func unknownPlaces() throws {
        var scene = try waiting()
        let token = try token(1, in: scene)
        let nowhere = PipelineEvent.approvalGiven(Scene.answer("ask", in: "Nowhere", token: token))
        #expect(scene.refusal(nowhere)?.exception == "StageNotFoundException")
        let nobody = PipelineEvent.approvalGiven(Scene.answer("nobody", in: "Approval", token: token))
        #expect(scene.refusal(nobody)?.exception == "ActionNotFoundException")
        let other = PipelineEvent.approvalGiven(Scene.answer("deploy", in: "Deploy", token: token))
        #expect(scene.refusal(other)?.exception == "InvalidApprovalTokenException")
    }

    @Test("the second answer is refused and told of the first, even when the execution is long over")
    func secondAnswer() throws {
        var scene = try waiting()
        let token = try token(1, in: scene)
        try scene.answer("ask", of: 1, in: "Approval")
        let again = PipelineEvent.approvalGiven(Scene.answer("ask", in: "Approval", token: token, approves: false))
        let refusal = PipelineRefusal(
            "ApprovalAlreadyCompletedException",
            "The approval `ask` of abalone/1 is over: bob approved it at 2025-11-21T10:00:03Z: because. Nothing was changed."
        )
        #expect(scene.refusal(again) == refusal)
        try scene.end("deploy", of: 1)
        try scene.start(2)
        try scene.end("Code", of: 2, variables: ["CommitId": "5"])
        try scene.answer("ask", of: 2, in: "Approval")
        #expect(scene.refusal(again) == refusal)
    }

    @Test("one that nobody answers fails at its end, and says so to who comes late")
    func expiry() throws {
        var scene = try waiting()
        let token = try token(1, in: scene)
        scene.time = try #require(scene.machine.nextDeadline)
        let late = PipelineEvent.approvalGiven(Scene.answer("ask", in: "Approval", token: token))
        #expect(scene.refusal(late)?.exception == "ApprovalAlreadyCompletedException")
        try scene.take(.woke)
        #expect(scene[1].status == .failed && scene.cancelled.isEmpty)
        #expect(
            scene[1].stage("Approval")?.latest("ask")?.failure?.message == "Nobody approved or rejected within 7 days."
        )
        #expect(scene.refusal(late)?.message.contains("it expired at 2025-11-28T10:00:02Z") == true)
    }

    @Test("a newer execution waits before a stage that waits for an answer, and is asked about on its own")
    func newerWaits() throws {
        var scene = try waiting()
        let old = try token(1, in: scene)
        try scene.start(2)
        try scene.end("Code", of: 2, variables: ["CommitId": "5"])
        #expect(scene.stage("Approval").waiting == ["2"] && scene.stage("Approval").occupant == "1")
        try scene.answer("ask", of: 1, in: "Approval")
        #expect(scene.running == ["1 deploy"])
        #expect(try token(2, in: scene) != old)
    }

    @Test("an end that somebody reports for an approval's id is not an answer")
    func notByEnd() throws {
        var scene = try waiting()
        let id = try #require(scene[1].stage("Approval")?.latest("ask")?.id)
        try scene.take(.actionEnded(id: id, ActionOutcome()))
        #expect(try !token(1, in: scene).isEmpty)
    }

    @Test("PARALLEL: the token is the external id too")
    func parallelToken() throws {
        var scene = Scene(Sketch.pipeline("Source: Code", "Approval: ask?", mode: .parallel))
        try scene.start(1, 2)
        try scene.end("Code", of: 1)
        try scene.end("Code", of: 2)
        let action = try #require(scene[2].stage("Approval")?.latest("ask"))
        #expect(action.token != nil && action.output.externalID == action.token)
        try scene.answer("ask", of: 2, in: "Approval")
        #expect(scene[2].status == .succeeded && scene[1].status == .inProgress)
    }
}
