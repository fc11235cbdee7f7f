// SPDX-License-Identifier: Apache-2.0

import Events
import Foundation
import JSON
import Journals
import Pipelines
import Repositories
import TestSupport
import Testing

@testable import Daemon

/// What the triggers are made from goes through a real journal, as its records have no other maker.
@Suite("Pipelines: what starts them", .scratchDirectory)
struct PipelineTriggersTests {
    private static let commit = String(repeating: "a", count: 40)

    private static func source(_ provider: String, _ configuration: [String: String]) -> ActionDeclaration {
        var action = ActionDeclaration(name: "Main", type: ActionTypeID(category: "Source", provider: provider))
        action.configuration = configuration
        return action
    }

    private static let codeCommit = source("CodeCommit", ["RepositoryName": "app", "BranchName": "main"])
    private static let connection = source(
        "CodeStarSourceConnection",
        ["ConnectionArn": "arn", "FullRepositoryId": "team/app", "BranchName": "main"]
    )

    private func triggers(
        _ action: ActionDeclaration,
        assumesRules: Bool,
        filters: [TriggerDeclaration.Push] = [],
        rules: [EventRule] = [],
        mappings: [String: String] = [:]
    ) throws -> PipelineTriggers {
        let journal = try Journal(path: "\(ScratchDirectory.path)/nacre.db")
        var definition = PipelineDefinition(name: "demo", stages: [StageDeclaration(name: "Source", actions: [action])])
        if !filters.isEmpty { definition.triggers = [TriggerDeclaration(sourceActionName: "Main", push: filters)] }
        let step = PipelineStep(pipeline: "demo", machine: PipelineMachine(definition).snapshot, deadline: nil)
        try journal.define(definition, origin: "test", assumesRules: assumesRules, step: step, at: 1)
        for rule in rules {
            let body = String(decoding: try JSONText.encode(rule), as: UTF8.self)
            try journal.setResource(kind: "rule", name: rule.name, body: body, origin: "test", at: 1)
        }
        return PipelineTriggers(
            pipelines: try journal.pipelines(),
            rules: try journal.resources(kind: "rule"),
            mappings: mappings
        )
    }

    private func move(_ ref: String, repository: String = "app", old: String? = nil) -> PipelineTriggers.Move {
        PipelineTriggers.Move(repository: repository, ref: ref, old: old, new: Self.commit, commit: Self.commit)
    }

    private func kind(_ triggers: PipelineTriggers, _ ref: String, files: [String] = []) -> ExecutionTrigger.Kind? {
        triggers.starts(for: move(ref)) { files }.first?.trigger.kind
    }

    @Test("a branch whose name only looks like the source's starts nothing")
    func lookalike() throws {
        let source = Self.source("CodeCommit", ["RepositoryName": "app", "BranchName": "caf\u{E9}"])
        let triggers = try triggers(source, assumesRules: true)
        #expect(kind(triggers, "refs/heads/caf\u{E9}") == .cloudWatchEvent)
        #expect(kind(triggers, "refs/heads/cafe\u{301}") == nil)
        #expect(kind(triggers, "refs/tags/cafe\u{301}") == nil)
    }

    @Test("without rules of its own a pipeline starts by a rule that is assumed, for a tag of the branch's name, too")
    func assumed() throws {
        let triggers = try triggers(Self.codeCommit, assumesRules: true)
        #expect(kind(triggers, "refs/heads/main") == .cloudWatchEvent)
        #expect(kind(triggers, "refs/tags/main") == .cloudWatchEvent)
        #expect(kind(triggers, "refs/heads/model") == nil)
        #expect(triggers.starts(for: move("refs/heads/main", repository: "other")) { [] }.isEmpty)
        let starts = triggers.starts(for: move("refs/heads/main")) { [] }
        #expect(starts.first?.pins == ["Main": .init(commit: Self.commit, reference: nil)])
        #expect(triggers.starts(for: move("refs/tags/main")) { [] }.first?.pins == [:])
        #expect(triggers.refs(of: "app") == WatchedNames(refs: ["refs/heads/main", "refs/tags/main"]))
        #expect(triggers.isSource("refs/heads/main", of: "app") && !triggers.isSource("refs/tags/main", of: "app"))
    }

    @Test(
        "in a template a source polls unless it says otherwise",
        arguments: [
            (nil, .pollForSourceChanges), ("true", .pollForSourceChanges), ("false", nil), ("False", nil),
        ] as [(String?, ExecutionTrigger.Kind?)]
    )
    func polling(value: String?, expected: ExecutionTrigger.Kind?) throws {
        var action = Self.codeCommit
        action.configuration["PollForSourceChanges"] = value
        let triggers = try triggers(action, assumesRules: false)
        #expect(kind(triggers, "refs/heads/main") == expected)
        #expect(kind(triggers, "refs/tags/main") == nil)
    }

    @Test("a rule and polling together are one start, by the rule")
    func both() throws {
        let pattern = """
            {"source": ["aws.codecommit"], "resources": ["arn:aws:codecommit:us-east-1:000000000000:app"],
             "detail-type": ["CodeCommit Repository State Change"],
             "detail": {"event": ["referenceCreated", "referenceUpdated"], "referenceName": ["main"]}}
            """
        let target = EventTarget(id: "Target0", arn: "arn:aws:codepipeline:us-east-1:000000000000:demo")
        var rule = EventRule(name: "r", pattern: try JSONText.parse(Array(pattern.utf8)), targets: [target])
        let triggers = try triggers(Self.codeCommit, assumesRules: false, rules: [rule])
        let starts = triggers.starts(for: move("refs/heads/main")) { [] }
        #expect(starts.count == 1)
        #expect(starts.first?.trigger.detail == "arn:aws:events:us-east-1:000000000000:rule/r")
        #expect(starts.first?.pins.keys.sorted() == ["Main"])
        #expect(kind(triggers, "refs/tags/main") == .cloudWatchEvent)
        #expect(triggers.refs(of: "app").refs == ["refs/heads/main", "refs/tags/main"])
        #expect(!triggers.refs(of: "other").isEverything)
        rule.isEnabled = false
        let silent = try self.triggers(Self.codeCommit, assumesRules: false, rules: [rule])
        #expect(kind(silent, "refs/heads/main") == .pollForSourceChanges)
    }

    @Test("filters take the place of a source's own detection, and the branch that was pushed is what is built")
    func filters() throws {
        let push = TriggerDeclaration.Push(
            branches: .init(includes: ["feature/*"]),
            filePaths: .init(includes: ["src/**"])
        )
        let tags = TriggerDeclaration.Push(tags: .init(includes: ["v*"]))
        let triggers = try triggers(Self.connection, assumesRules: false, filters: [push, tags])
        #expect(kind(triggers, "refs/heads/main") == nil)
        #expect(kind(triggers, "refs/heads/feature/a", files: ["docs/a"]) == nil)
        #expect(kind(triggers, "refs/heads/feature/a/b", files: ["src/a"]) == nil)
        #expect(kind(triggers, "refs/heads/feature/a", files: ["docs/a", "src/x/y"]) == .webhookV2)
        #expect(kind(triggers, "refs/tags/v1") == .webhookV2)
        let starts = triggers.starts(for: move("refs/heads/feature/a")) { ["src/a"] }
        #expect(starts.first?.pins["Main"]?.reference == "refs/heads/feature/a")
        #expect(triggers.refs(of: "app").isEverything)
        // The files are only looked for where a filter asks for them.
        _ = triggers.starts(for: move("refs/heads/other")) {
            Issue.record("asked for files")
            return []
        }
    }

    @Test("a connection's repository is the one that a mapping names, else the one of its name")
    func mappings() throws {
        let plain = try triggers(Self.connection, assumesRules: false)
        #expect(kind(plain, "refs/heads/main") == .webhookV2)
        let mapped = try triggers(Self.connection, assumesRules: false, mappings: ["team/app": "other"])
        #expect(kind(mapped, "refs/heads/main") == nil)
        #expect(mapped.starts(for: move("refs/heads/main", repository: "other")) { [] }.count == 1)
        var silent = Self.connection
        silent.configuration["DetectChanges"] = "false"
        #expect(kind(try triggers(silent, assumesRules: true), "refs/heads/main") == nil)
    }

    @Test("only an ARN of a pipeline names one")
    func names() {
        #expect(AWSName.pipeline(inARN: "arn:aws:codepipeline:eu-west-1:123456789012:a.b") == "a.b")
        for other in [
            "demo", "arn:aws:codebuild:us-east-1:0:project/demo", "arn:aws:codepipeline:us-east-1:0:demo/Stage",
        ] {
            #expect(AWSName.pipeline(inARN: other) == nil)
        }
    }
}
