// SPDX-License-Identifier: Apache-2.0

import Artifacts
import Digests
import Foundation
import JSON
import Journals
import Pipelines
import TestSupport
import Testing
import Zips

@testable import Daemon

@Suite("Pipelines: git sources", .scratchDirectory, .timeLimit(.minutes(40)))
struct GitSourceTests {
    private var artifacts: String { "\(ScratchDirectory.path)/home/artifacts" }

    /// What the source `MainSource` has delivered to the pipeline's first execution.
    private func delivered(
        _ bench: PipelineBench,
        _ configuration: [String: String] = [:]
    ) async throws -> ActionExecution {
        var definition = try PipelineBench.definition()
        definition.stages[0].actions[0].configuration.merge(configuration) { $1 }
        try await bench.define(definition)
        let execution = try await bench.ended("demo/latest")
        return try #require(execution.stages[0].latest("MainSource"))
    }

    private func open(_ reference: ArtifactReference?) throws -> ZipArchive {
        let digest = try #require(reference.flatMap { SHA256Digest(hex: $0.digest) })
        return try ZipArchive(try ArtifactStore(artifacts).path(for: digest))
    }

    @Test("the files of the commit become a zip, links and executable bits kept, the same one each time")
    func zip() async throws {
        let bench = try await PipelineBench.make(hasRealSources: true)
        try FileManager.default.createSymbolicLink(
            atPath: "\(bench.git.work)/link",
            withDestinationPath: "run.sh"
        )
        try FileManager.default.createSymbolicLink(
            atPath: "\(bench.git.work)/outside",
            withDestinationPath: "/etc/passwd"
        )
        let commit = try bench.git.commit("links\n\nof two kinds\n")
        try bench.git.git("push", "-q", "origin", "HEAD:main", "HEAD:model")
        let action = try await delivered(bench)
        let archive = try open(action.output.artifacts.first)
        #expect(archive.entries.count == 23)
        #expect(archive.entry("run.sh")?.isExecutable == true)
        #expect(archive.entry("buildspec.yml")?.isExecutable == false)
        #expect(archive.entry("link")?.kind == .symbolicLink)
        #expect(archive.entry("outside") == nil)
        #expect(
            action.output.variables == [
                "RepositoryName": "app", "BranchName": "main", "CommitId": commit,
                "CommitMessage": "links\n\nof two kinds", "AuthorDate": "2024-01-02T02:04:05Z",
                "CommitterDate": "2024-01-02T02:04:06Z",
            ]
        )
        #expect(action.output.externalID == commit)
        #expect(action.output.summary == "links\n\nof two kinds")
        // Another daemon knows nothing of the zip of this one.
        let again = try await bench.service.execution("demo/1")
        #expect(
            again.stages[0].latest("ModelSource")?.output.artifacts.first?.digest == action.output.artifacts[0].digest
        )
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(ScratchDirectory.path)/home/sources") == [])
    }

    @Test("a reference to clone names the repository and the commit")
    func cloneReference() async throws {
        let bench = try await PipelineBench.make(hasRealSources: true)
        let action = try await delivered(bench, ["OutputArtifactFormat": "CODEBUILD_CLONE_REF"])
        let archive = try open(action.output.artifacts.first)
        #expect(archive.entries.map(\.path) == [CloneReference.fileName])
        let folder = "\(ScratchDirectory.path)/unpacked"
        try archive.unpack(to: folder)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(CloneReference.fileName)"))
        let expected = CloneReference(
            repositoryName: "app",
            branch: "main",
            commitId: try bench.git.git("rev-parse", "HEAD"),
            cloneUrl: bench.git.bare
        )
        #expect(try JSONText.decode(CloneReference.self, from: Array(bytes)) == expected)
    }

    @Test("a repository that was removed fails the source, and says what to do")
    func removed() async throws {
        let bench = try await PipelineBench.make(hasRealSources: true)
        _ = try await delivered(bench)
        let id = bench.repository.id
        try await bench.store.use { journal throws(JournalError) in _ = try journal.removeRepository(id) }
        let execution = try await bench.service.start(
            "demo",
            revisions: [:],
            variables: [:],
            token: nil,
            trigger: ExecutionTrigger(.startPipelineExecution)
        )
        let failure = try await bench.ended(execution.id).stages[0].latest("MainSource")?.failure
        #expect(failure?.code == .configurationError)
        #expect(failure?.message.contains("nacre repo create app") == true)
    }

    @Test("a commit that is gone fails the source as unavailable")
    func gone() async throws {
        let bench = try await PipelineBench.make(hasRealSources: true)
        try await bench.define(try PipelineBench.definition())
        _ = try await bench.ended("demo/1")
        let start = ExecutionStart(
            id: PipelineService.makeID(),
            number: 0,
            trigger: ExecutionTrigger(.cloudWatchEvent),
            revisions: ["MainSource": SourceRevision(type: "COMMIT_ID", id: String(repeating: "b", count: 40))]
        )
        try await bench.store.use { journal throws(JournalError) in
            _ = try journal.queue(ExecutionDraft(pipeline: "demo", key: nil, event: .start(start)), at: 1_000)
        }
        await bench.service.takePending(of: ["demo"])
        #expect(try await bench.ended("demo/2").stages[0].latest("MainSource")?.failure?.code == .revisionUnavailable)
    }
}
