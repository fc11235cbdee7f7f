// SPDX-License-Identifier: Apache-2.0

import Journals
import TestSupport
import Testing
import WireWords

@Suite("Journal: builds of actions", .scratchDirectory)
struct ActionBuildTests {
    private func draft(_ action: String) -> BuildDraft {
        var draft = BuildDraft(
            id: BuildID.make(project: "train"),
            repository: nil,
            ref: "",
            commit: "",
            initiator: "codepipeline/shop"
        )
        draft.action = action
        draft.inputs = #"{"sources":[]}"#
        return draft
    }

    @Test("an order is queued once, however often it is asked for")
    func once() throws {
        let journal = try Journal(path: Fixture.path)
        let first = try journal.enqueueAction(draft("a"), at: 1)
        let second = try journal.enqueueAction(draft("a"), at: 2)
        let other = try journal.enqueueAction(draft("b"), at: 3)
        #expect(first.isNew && !second.isNew && other.isNew)
        #expect(second.build == first.build)
        #expect(first.build.inputs == #"{"sources":[]}"#)
        #expect(try journal.build(ofAction: "a") == first.build)
        #expect(try journal.build(ofAction: "c") == nil)
    }

    @Test("a build that is tried again keeps its order, of which it is the last attempt then")
    func retries() throws {
        let journal = try Journal(path: Fixture.path)
        let (first, _) = try journal.enqueueAction(draft("a"), at: 1)
        try journal.start(first.id, at: 2)
        let next = BuildDraft(retrying: first, as: BuildID.make(project: "train"))
        let ended = try journal.finish(first.id, .failed, retry: next, at: 3)
        let retry = try #require(ended?.retry)
        #expect(retry.action == "a")
        #expect(retry.inputs == first.inputs)
        #expect(try journal.build(ofAction: "a") == retry)
        #expect(try journal.enqueueAction(draft("a"), at: 4).build == retry)
    }

    @Test("an order that is a batch is begun once, and its builds have what it is made of")
    func batches() throws {
        let journal = try Journal(path: Fixture.path)
        var draft = BatchDraft(
            BuildDraft(
                id: BuildID.make(project: "train"),
                repository: nil,
                ref: "",
                commit: "",
                initiator: "codepipeline/shop"
            )
        )
        draft.action = "a"
        draft.inputs = "{}"
        let first = try journal.enqueueAction(draft, at: 1)
        draft.id = BuildID.make(project: "train")
        let second = try journal.enqueueAction(draft, at: 2)
        #expect(first.isNew && !second.isNew)
        #expect(second.batch == first.batch)
        #expect(try journal.batch(ofAction: "a")?.inputs == "{}")
    }
}
