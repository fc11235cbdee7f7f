// SPDX-License-Identifier: Apache-2.0

import Artifacts
import Audits
import Buckets
import Builds
import Control
import Foundation
import Git
import JSON
import Journals
import Pipelines
import Repositories
import SQLite
import Synchronization
import TestSupport

@testable import Daemon

/// The pipelines' service on a real journal and a real repository `app`, with a provider that records its orders in place of
/// all that carry out actions, but for sources where they are wanted.
struct PipelineBench {
    let store: JournalStore
    let service: PipelineService
    let intake: PushIntake
    let provider: RecordingProvider
    let repository: RepositoryRecord
    let git: GitFixture
    let announced: Announced

    /// What was announced.
    final class Announced: Sendable {
        private let list = Mutex<[PipelineAnnouncement]>([])

        func add(_ announcement: PipelineAnnouncement) { list.withLock { $0.append(announcement) } }
        var all: [PipelineAnnouncement] { list.withLock { $0 } }
    }

    private static var home: Home { Home(path: "\(ScratchDirectory.path)/home") }

    /// Begins anew, with `main` and `model` pushed.
    static func make(holding held: Set<String> = [], hasRealSources: Bool = false) async throws -> PipelineBench {
        let git = try GitFixture(in: ScratchDirectory.path)
        try git.git("push", "-q", "origin", "main:model")
        try FileManager.default.createDirectory(atPath: home.path, withIntermediateDirectories: true)
        let store = try JournalStore(home)
        let refs = try git.gitInBare("for-each-ref", "--format=%(refname) %(objectname)").split(separator: "\n")
        let values = refs.map { line in
            let parts = line.split(separator: " ")
            return RefValue(ref: String(parts[0]), oid: String(parts[1]))
        }
        let draft = RepositoryDraft(
            name: "app",
            path: git.bare,
            isHosted: false,
            isHooked: false,
            branches: ["main", "model"]
        )
        let repository = try await store.use { journal throws(JournalError) in
            try journal.addRepository(draft, refs: values, at: 1_000)
        }
        return try await open(store, git, repository, holding: held, hasRealSources: hasRealSources)
    }

    /// As a daemon that starts after this one was killed.
    func restarted(holding held: Set<String> = []) async throws -> PipelineBench {
        let store = try JournalStore(Self.home)
        return try await Self.open(store, git, repository, holding: held, hasRealSources: false)
    }

    private static func open(
        _ store: JournalStore,
        _ git: GitFixture,
        _ repository: RepositoryRecord,
        holding held: Set<String>,
        hasRealSources: Bool
    ) async throws -> PipelineBench {
        let log = DaemonLog { _ in }
        let threads = RepositoryThreads()
        let provider = RecordingProvider(holding: held)
        let announced = Announced()
        let artifacts = try ArtifactStore(home.artifacts)
        let engine = Engine(
            home: home,
            jobs: 1,
            journal: store,
            starter: BuildStarter(
                home: home,
                launcher: BuildLauncher(executable: "/bin/false"),
                artifacts: artifacts,
                machineEnvironment: [:]
            ),
            collector: BuildCollector(home: home, artifacts: artifacts),
            log: log
        )
        let parts = ActionProviders.Parts(
            home: home,
            journal: store,
            artifacts: artifacts,
            engine: engine,
            refs: threads,
            log: log
        )
        var providers: [String: any ActionProvider] = [:]
        for name in ["CodeCommit", "CodeStarSourceConnection", "GitHub", "S3", "CodeBuild", "Commands"] {
            providers[name] = provider
        }
        if hasRealSources { providers.merge(ActionProviders.all(parts).filter { $0.key.hasPrefix("Source/") }) { $1 } }
        let service = PipelineService(
            PipelineService.Parts(
                journal: store,
                providers: providers,
                pinning: ActionProviders.pinning(parts),
                refs: threads,
                log: log,
                buckets: BucketChanges(path: home.buckets, artifacts: artifacts),
                announce: { announced.add($0) }
            )
        )
        let intake = PushIntake(
            journal: store,
            engine: engine,
            pipelines: service,
            threads: threads,
            audit: AuditTrail(folder: home.path, metrics: DaemonMetrics(), log: log),
            log: log
        )
        await intake.add(repository)
        return PipelineBench(
            store: store,
            service: service,
            intake: intake,
            provider: provider,
            repository: repository,
            git: git,
            announced: announced
        )
    }

    // MARK: - Use

    /// A pipeline of `main` and `model` of the repository, as in the JSON of `get-pipeline`.
    static func definition(
        _ name: String = "demo",
        model: String = "model",
        mode: String = "SUPERSEDED",
        more: String = ""
    ) throws -> PipelineDefinition {
        func source(_ name: String, _ branch: String) -> String {
            """
            {"name": "\(name)", "actionTypeId": {"category": "Source", "owner": "AWS", "provider": "CodeCommit",
             "version": "1"}, "configuration": {"RepositoryName": "app", "BranchName": "\(branch)"},
             "outputArtifacts": [{"name": "\(name)"}]}
            """
        }
        let text = """
            {"name": "\(name)", "roleArn": "arn:aws:iam::000000000000:role/r", "executionMode": "\(mode)",
             "artifactStore": {"type": "S3", "location": "bucket"}, \(more)
             "stages": [
               {"name": "Source", "actions": [\(source("MainSource", "main")), \(source("ModelSource", model))]},
               {"name": "Build", "actions": [{"name": "Train", "actionTypeId": {"category": "Build", "owner": "AWS",
                 "provider": "CodeBuild", "version": "1"}, "configuration": {"ProjectName": "p"},
                 "inputArtifacts": [{"name": "MainSource"}]}]}
             ]}
            """
        return try JSONText.decode(PipelineDefinition.self, from: Array(text.utf8))
    }

    @discardableResult
    func define(_ definition: PipelineDefinition, assumesRules: Bool = true) async throws -> PipelineService.Defined {
        try await service.define(definition, origin: "test", assumesRules: assumesRules, by: "tester")
    }

    /// Pushes, and tells the intake of it as the hook does.
    @discardableResult
    func push(_ refspecs: String..., options: [String] = []) async throws -> PushIntake.Answer {
        let before = try refs()
        try git.git(["push", "-q", "-f", "origin"] + refspecs)
        return try await tell(before: before, options: options)
    }

    /// Tells the intake of everything that differs from `before`.
    func tell(before: [String: String], options: [String] = []) async throws -> PushIntake.Answer {
        let after = try refs()
        let updates = Set(before.keys).union(after.keys).sorted().compactMap { ref -> HookRequest.Update? in
            guard before[ref] != after[ref] else { return nil }
            let old = before[ref].flatMap { ObjectID(hex: $0) } ?? .zero
            let new = after[ref].flatMap { ObjectID(hex: $0) } ?? .zero
            return HookRequest.Update(old: old, new: new, name: Array(ref.utf8))
        }
        let options = options.map { Array($0.utf8) }
        let request = HookRequest(repository: repository.path, updates: updates, options: options)
        let ada = AuditActor(uid: 1000, user: "ada", pid: 1)
        return try await intake.take(PushIntake.Push(request, by: ada), in: repository)
    }

    func refs() throws -> [String: String] {
        let lines = try git.gitInBare("for-each-ref", "--format=%(refname) %(objectname)").split(separator: "\n")
        return Dictionary(
            uniqueKeysWithValues: lines.map { line in
                let parts = line.split(separator: " ")
                return (String(parts[0]), String(parts[1]))
            }
        )
    }

    /// Makes a pipeline's definition one that cannot be read.
    func spoil(_ pipeline: String) async throws {
        try change("'!' || definition", of: pipeline)
        await service.projectsChanged()
    }

    /// Makes it readable again.
    func mend(_ pipeline: String) throws { try change("substr(definition, 2)", of: pipeline) }

    private func change(_ definition: String, of pipeline: String) throws {
        let database = try Database(Self.home.database, .existing)
        try database.execute(
            "UPDATE pipeline_versions SET definition = \(definition) WHERE pipeline = ?1",
            [.text(pipeline)]
        )
    }

    /// The buckets of this machine.
    static func buckets() throws -> BucketStore {
        try BucketStore.open(path: home.buckets, artifacts: ArtifactStore(home.artifacts))
    }

    /// A new commit of the working tree.
    func commit(_ message: String) throws -> String {
        try git.write("src/changed.txt", "\(message)\n")
        return try git.commit(message)
    }

    /// What is still to be announced.
    func outbox() async throws -> [OutboxEntry] {
        try await store.use { journal throws(JournalError) in try journal.outbox(limit: 100) }
    }

    func executions(_ pipeline: String = "demo") async throws -> [PipelineExecution] {
        try await service.executions(ExecutionFilter(pipeline: pipeline, limit: 100)).reversed()
    }

    /// Waits for something that only an actor knows.
    func until(_ what: String, _ condition: () async throws -> Bool) async throws {
        try await soon(what, condition)
    }

    /// The execution as it is when it is over.
    func ended(_ reference: String) async throws -> PipelineExecution {
        var last = try await service.execution(reference)
        for await now in await service.changes(of: last.id) { last = now }
        return last
    }
}

extension GitFixture {
    /// Runs git in the working repository.
    @discardableResult
    func git(_ arguments: [String]) throws -> String { try Self.git(arguments, in: work) }
}
