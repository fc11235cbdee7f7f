// SPDX-License-Identifier: Apache-2.0

import Artifacts
import Builds
import CommandLines
import Control
import Pipelines

/// The build or the execution that artifacts are of.
struct ArtifactOwner {
    /// What people call it.
    let label: String
    let isBuild: Bool
    let artifacts: [StoredArtifact]
    /// Whether nothing more comes.
    let isOver: Bool
    /// That they were removed; nil while they are there.
    let removal: Build.Removal?

    static func find(_ name: String, _ context: VerbContext) throws -> ArtifactOwner {
        switch try Reference.find(name, context) {
        case .execution(let report):
            let execution = report.execution
            return ArtifactOwner(
                label: execution.label,
                isBuild: false,
                artifacts: execution.artifacts.sorted { $0.key < $1.key }.map { StoredArtifact($0.value) },
                isOver: execution.status.isOver,
                removal: report.removal
            )
        case .build(let name):
            guard case .build(let build) = try context.ask(.showBuild(build: name)) else {
                throw VerbError(.usage, "\(name) is a batch; name one of its builds, which `nacre show \(name)` lists")
            }
            let all = ([build.artifacts] + build.secondaryArtifacts).filter { !$0.location.isEmpty }
            return ArtifactOwner(
                label: "\(build.projectName)#\(build.buildNumber)",
                isBuild: true,
                artifacts: all.map { StoredArtifact($0) },
                isOver: build.buildComplete,
                removal: build.removal
            )
        }
    }

    /// Why there is nothing to fetch.
    var nothing: VerbError {
        VerbError(.notFound, "\(label) \(isOver ? "made no artifacts" : "has no artifacts yet")")
    }

    /// Says of artifacts that are not there any more when and why they went.
    func check(_ chosen: [StoredArtifact], in store: ArtifactStore) throws {
        for artifact in chosen where !store.contains(try artifact.digest()) {
            let what = "\(label): its artifact \(artifact.name)"
            if let removal { throw VerbError(.notFound, removal.sentence("\(what) was")) }
            throw VerbError(.notFound, "\(what) is not in the store any more (sha256 \(artifact.hex ?? "?"))")
        }
    }

    /// The artifact of a name; nil: a build's primary one.
    func artifact(_ name: String?) throws -> StoredArtifact {
        if let found = artifacts.first(where: { isBuild ? $0.build?.artifactIdentifier == name : $0.name == name }) {
            return found
        }
        guard let name else { throw nothing }
        let names = artifacts.map(\.name).joined(separator: ", ")
        let others = names.isEmpty ? "" : "; it has \(names)"
        throw VerbError(.notFound, "\(label) has no artifact `\(name)`\(others)")
    }
}
