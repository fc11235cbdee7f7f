// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Builds
internal import Digests
internal import Files
internal import Journals
internal import Zips

/// Fills a build's workspace with the artifacts that its action takes.
///
/// Blocking; may be done again after a crash at any point.
struct ArtifactSources: Sendable {
    let store: ArtifactStore
    /// Those that a CODEBUILD_CLONE_REF may name.
    let repositories: [RepositoryRecord]
    /// Whether nobody wants them any more; asked from several threads, and often.
    let isStopped: @Sendable () -> Bool

    /// Makes a folder of each.
    /// - Returns: the sources, the primary one first.
    /// - Throws: `badFolder` for what the artifacts are to blame for.
    func fill(_ folder: BuildFolder, with inputs: ActionInputs) throws(BuildError) -> [BuildRequest.Source] {
        // What an earlier daemon left of it when it crashed.
        try? Folder.remove(folder.workspace)
        guard let primary = inputs.sources.first else {
            do throws(FileError) { try Folder.make(folder.source()) } catch { throw BuildError(.system, "\(error)") }
            return [BuildRequest.Source(directory: folder.source(), type: "NO_SOURCE")]
        }
        var sources = [try source(primary, in: folder.source(), identifier: nil)]
        for other in inputs.sources.dropFirst() {
            sources.append(try source(other, in: folder.source(other.name), identifier: other.name))
        }
        return sources
    }

    private func source(
        _ input: ActionInputs.Source,
        in directory: String,
        identifier: String?
    ) throws(BuildError) -> BuildRequest.Source {
        var result = BuildRequest.Source(
            identifier: identifier,
            directory: directory,
            type: "CODEPIPELINE",
            version: input.arn,
            resolvedVersion: input.commit
        )
        do {
            guard let digest = SHA256Digest(hex: input.digest) else {
                throw ArtifactError(.notFound, "`\(input.digest)` is no SHA-256")
            }
            try Folder.make(directory)
            try ArtifactUnpacking.unpack(digest, of: store, to: directory, isStopped: isStopped)
            if input.size <= CloneReference.limitBytes, let reference = CloneReference.read(from: directory) {
                try reference.clone(to: directory, from: repositories)
                result.location = reference.cloneUrl
                result.resolvedVersion = reference.commitId
            }
        } catch {
            throw Self.explained(error, input)
        }
        return result
    }

    /// What the machine did not let us write is our failure, what the artifact did not give is the pipeline's.
    private static func explained(_ error: any Error, _ input: ActionInputs.Source) -> BuildError {
        let text = "the input artifact `\(input.name)` cannot be unpacked: "
        switch error {
        case let error as ArtifactError:
            return BuildError(error.code == .system ? .system : .badFolder, text + error.message)
        case let error as ZipError: return BuildError(error.code == .system ? .system : .badFolder, text + "\(error)")
        case let error as CloneReference.Failure:
            return BuildError(.badFolder, "the input artifact `\(input.name)` cannot be cloned: \(error.message)")
        default: return BuildError(.system, text + "\(error)")
        }
    }
}
