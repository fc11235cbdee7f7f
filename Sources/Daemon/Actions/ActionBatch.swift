// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Batches
internal import Builds
internal import Control
internal import Digests
internal import Files
internal import JSON
internal import Journals
internal import Pipelines
internal import WireWords
internal import Zips

/// What is particular to an action that builds a batch: where its plan comes from, and what its builds deliver together.
struct ActionBatch {
    let order: ActionOrder
    let home: Home
    let artifacts: ArtifactStore

    /// What can be read as a buildspec.
    private static let limitBytes = 2 << 20

    // MARK: - The plan

    /// The plan of a batch, as JSON, or why it has none.
    ///
    /// Blocking.
    /// * `inputs`: of the batch, as the journal has them.
    static func plan(of inputs: String, from store: ArtifactStore) -> Result<String, BatchReading.Refusal> {
        func refuse(_ code: String, _ message: String) -> Result<String, BatchReading.Refusal> {
            .failure(BatchReading.Refusal(statusCode: code, message: message))
        }
        guard let inputs = ActionInputs(inputs) else {
            return refuse("CLIENT_ERROR", "the batch's record cannot be read; run the action again")
        }
        switch inputs.buildspec {
        case .inline(let text):
            return PushedBuildspec.text(BatchReading(Array(text.utf8), file: "buildspec.yml"))
        case .file(let path):
            guard let source = inputs.sources.first, let digest = SHA256Digest(hex: source.digest) else {
                return refuse("YAML_FILE_ERROR", "YAML file does not exist")
            }
            do {
                let archive = try ZipArchive(store.openVerified(digest), path: store.path(for: digest))
                if archive.entry(CloneReference.fileName) != nil, archive.entries.count == 1 {
                    return refuse(
                        "CLIENT_ERROR",
                        "a batch cannot be planned from an artifact of the format CODEBUILD_CLONE_REF; use CODE_ZIP"
                    )
                }
                guard let entry = archive.entry(path) else {
                    return refuse("YAML_FILE_ERROR", "YAML file does not exist")
                }
                return PushedBuildspec.text(BatchReading(try archive.content(of: entry, limit: limitBytes), file: path))
            } catch {
                return refuse("CLIENT_ERROR", "the buildspec \(path) of `\(source.name)` cannot be read: \(error)")
            }
        }
    }

    // MARK: - The end

    /// The outcome of an action whose batch is over.
    ///
    /// Blocks. Variables of single builds are not those of the action, as in CodeBuild.
    /// - Parameters:
    ///   - record: the batch.
    ///   - builds: its builds, retries too, oldest first.
    /// - Returns: the artifacts, all in the store; or the first build that failed.
    func outcome(of record: BatchRecord, _ builds: [BuildRecord]) -> ActionOutcome {
        var outcome = ActionOutcome()
        outcome.output.externalID = record.id.description
        var latest: [(identifier: String, record: BuildRecord)] = []
        for build in builds {
            guard let identifier = BatchProgress.identifier(of: build) else { continue }
            latest.removeAll { $0.identifier == identifier }
            latest.append((identifier, build))
        }
        let made = latest.map { (identifier: $0.identifier, build: BuildView.makeWhole($0.record, home: home)) }
        guard record.status == .succeeded else {
            let summary = "Build batch terminated with state: \(record.status.rawValue)"
            outcome.output.summary = summary
            outcome.failure = ActionFailure(.jobFailed, message(summary, record, made))
            return outcome
        }
        do throws(ActionFailure) {
            outcome.output.artifacts = try artifacts(of: made)
        } catch {
            outcome.failure = error
        }
        return outcome
    }

    private func message(
        _ summary: String,
        _ record: BatchRecord,
        _ made: [(identifier: String, build: Build)]
    ) -> String {
        if let reason = record.endReason { return "\(summary)\n\(reason)" }
        let failed = made.first { $0.build.buildComplete && $0.build.buildStatus != .succeeded }
        guard let (identifier, build) = failed, let id = BuildID(build.id) else { return summary }
        let own = "\(identifier): Build terminated with state: \(build.buildStatus.rawValue)"
        return "\(summary)\n" + ActionReport.message(own, build, log: home.build(id).log)
    }

    private func artifacts(
        of made: [(identifier: String, build: Build)]
    ) throws(ActionFailure) -> [ArtifactReference] {
        if order.configuration["CombineArtifacts"]?.lowercased() == "true", let only = order.outputs.first {
            return [try combined(made, as: only)]
        }
        var result: [ArtifactReference] = []
        for output in order.outputs {
            let found = made.compactMap { item in
                ActionReport.artifact(output.name, of: item.build, isOnly: order.outputs.count == 1)
                    .map { (identifier: item.identifier, artifact: $0) }
            }
            guard let first = found.first, let digest = first.artifact.sha256sum else {
                throw ActionFailure(.jobFailed, "No build of the batch has made the output artifact `\(output.name)`.")
            }
            if found.count > 1 {
                let names = found.map(\.identifier).joined(separator: ", ")
                throw ActionFailure(
                    .configurationError,
                    "The builds \(names) of the batch have all made the output artifact `\(output.name)`: "
                        + "set `CombineArtifacts` to \"true\", or let one of them make it"
                )
            }
            result.append(
                ArtifactReference(
                    name: output.name,
                    digest: digest,
                    size: first.artifact.size ?? 0,
                    key: output.key
                )
            )
        }
        return result
    }

    /// One zip with a folder for each artifact.
    private func combined(
        _ made: [(identifier: String, build: Build)],
        as output: ActionOrder.OutputOrder
    ) throws(ActionFailure) -> ArtifactReference {
        // What a crash leaves there is found and removed.
        let path = "\(home.sources)/\(order.id).zip"
        do {
            try Folder.make(home.sources)
            for (_, build) in made {
                for part in [build.artifacts] + build.secondaryArtifacts {
                    guard let digest = part.sha256sum.flatMap({ SHA256Digest(hex: $0) }) else { continue }
                    _ = try artifacts.openVerified(digest)
                }
            }
            if let combined = try CombinedArtifacts.write(made, to: path),
                let digest = combined.sha256sum.flatMap({ SHA256Digest(hex: $0) })
            {
                try artifacts.add(fileAt: path, digest: digest)
                return ArtifactReference(
                    name: output.name,
                    digest: digest.hex,
                    size: combined.size ?? 0,
                    key: output.key
                )
            }
        } catch {
            throw ActionFailure(.jobFailed, "The artifacts of the batch cannot be put together: \(error)")
        }
        throw ActionFailure(.jobFailed, "No build of the batch has made an artifact for `\(output.name)`.")
    }
}
