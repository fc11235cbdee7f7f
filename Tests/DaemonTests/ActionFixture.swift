// SPDX-License-Identifier: Apache-2.0

import Artifacts
import Builds
import Control
import Digests
import Foundation
import JSON
import Journals
import Synchronization
import TestSupport
import Testing
import Zips

@testable import Daemon
@testable import Pipelines

/// The part of a daemon that carries out the builds of actions: a real journal, a real store, the real supervisor.
struct ActionFixture: Sendable {
    /// What the engine has logged.
    final class Said: Sendable {
        private let lines = Mutex("")

        var text: String { lines.withLock { $0 } }

        func add(_ line: String) { lines.withLock { $0 += line + "\n" } }
    }

    let said = Said()
    let folder: String
    let home: Home
    let journal: JournalStore
    let artifacts: ArtifactStore
    let engine: Engine
    let providers: [String: any ActionProvider]

    init(in folder: String = ScratchDirectory.path, jobs: Int = 2) throws {
        self.folder = folder
        home = Home(path: "\(folder)/home")
        try FileManager.default.createDirectory(atPath: home.builds, withIntermediateDirectories: true)
        journal = try JournalStore(home)
        artifacts = try ArtifactStore(home.artifacts)
        let log = DaemonLog { [said] in said.add($0) }
        engine = Engine(
            home: home,
            jobs: jobs,
            journal: journal,
            starter: BuildStarter(
                home: home,
                launcher: BuildLauncher(executable: Program.product("nacre-supervisor")),
                artifacts: artifacts,
                machineEnvironment: MachineEnvironment.pick(from: Program.path)
            ),
            collector: BuildCollector(home: home, artifacts: artifacts),
            log: log
        )
        providers = ActionProviders.all(
            ActionProviders.Parts(
                home: home,
                journal: journal,
                artifacts: artifacts,
                engine: engine,
                refs: RepositoryThreads(),
                log: log
            )
        )
    }

    // MARK: - What actions take

    /// Puts an artifact of some files into the store.
    func artifact(_ name: String, _ files: [String: String], executables: Set<String> = []) throws -> ArtifactReference
    {
        let inputs = files.map { path, text in
            ZipInput(path: path, source: .bytes(Array(text.utf8)), isExecutable: executables.contains(path))
        }
        let path = "\(folder)/\(UUID().uuidString).zip"
        let summary = try ZipWriter().write(inputs, to: path)
        try artifacts.add(fileAt: path, digest: summary.digest)
        let key = "shop/\(name.prefix(10))/\(summary.digest.hex.prefix(7))"
        return ArtifactReference(name: name, digest: summary.digest.hex, size: Int64(summary.bytes), key: key)
    }

    /// Applies a project.
    func apply(_ project: BuildProject) async throws {
        let body = String(decoding: try JSONText.encode(project), as: UTF8.self)
        try await journal.use { journal throws(JournalError) in
            try journal.setResource(kind: "project", name: project.name, body: body, origin: "test", at: 0)
        }
    }

    /// An order of the pipeline `shop`.
    static func order(
        _ provider: String,
        _ configuration: [String: String] = [:],
        category: String = "Build",
        inputs: [ArtifactReference] = [],
        outputs: [String] = []
    ) -> ActionOrder {
        ActionOrder(
            id: UUID().uuidString.lowercased(),
            pipeline: "shop",
            version: 1,
            execution: UUID().uuidString.lowercased(),
            executionNumber: 1,
            stage: "Build",
            name: "Make",
            type: ActionTypeID(category: category, provider: provider),
            configuration: configuration,
            commands: [],
            environmentVariables: [],
            outputVariables: [],
            inputs: inputs,
            outputs: outputs.map { ActionOrder.OutputOrder(name: $0, files: [], key: "shop/\($0)/1234567") },
            revision: nil,
            deadline: nil
        )
    }

    // MARK: - What becomes of them

    /// Runs an order to its end.
    func run(
        _ order: ActionOrder,
        tell: @escaping @Sendable (ActionOutput) async -> Void = { _ in }
    ) async throws
        -> ActionOutcome
    {
        let provider = try #require(providers[order.type.provider])
        return await provider.run(order, ActionProgress(tell: tell))
    }

    /// The files of an artifact.
    func files(of artifact: ArtifactReference) throws -> [String: String] {
        let digest = try #require(SHA256Digest(hex: artifact.digest))
        let archive = try ZipArchive(artifacts.path(for: digest))
        return try Dictionary(
            uniqueKeysWithValues: archive.entries.filter { $0.kind == .file }.map {
                ($0.path, String(decoding: try archive.content(of: $0, limit: 1 << 20), as: UTF8.self))
            }
        )
    }

    /// All builds, the oldest first.
    func builds() async throws -> [BuildRecord] {
        try await journal.use { journal throws(JournalError) in Array(try journal.builds().reversed()) }
    }
}
