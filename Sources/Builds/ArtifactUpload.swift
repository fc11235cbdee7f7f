// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Buildspecs
internal import Diagnostics
internal import Digests
internal import Files
internal import Zips

/// Turns what a set of artifact rules selects into a zip in the build's folder.
struct ArtifactUpload {
    /// Why there is no zip.
    enum Failure: Error {
        /// The rules select nothing, or something that cannot be packed; AWS's own words where it has any.
        case user(String)
        /// Nacre or the machine failed.
        case system(String)
    }

    /// A set of rules, ready to be applied.
    struct Request {
        let set: ArtifactSet
        /// With its variables replaced.
        let baseDirectory: String?
        /// As the shell evaluated it.
        let name: String?
    }

    let folder: BuildFolder
    let log: BuildLog
    /// The original source folder, wherever the commands have gone.
    let root: String
    /// Whether what hardly shrinks is taken as it is: for zips that the next action of a pipeline unpacks at once.
    var storesNoise = false
    /// Whether to give up, as the build is to end; asked again and again.
    let isStopped: @Sendable () -> Bool

    /// Selects the files, writes the zip, and says so in the log.
    func make(_ request: Request, identifier: String?) throws(Failure) -> Build.Artifacts {
        let rules = ArtifactRules(
            files: request.set.files.map(\.value),
            baseDirectory: request.baseDirectory,
            excludePaths: request.set.excludePaths.map(\.value),
            discardsPaths: request.set.discardPaths,
            keepsSymlinks: request.set.enableSymlinks
        )
        let selection = ArtifactSelection(rules, root: root)
        let result: Result<Build.Artifacts, Failure>
        do throws(FileError) {
            if let identifier { try log.agent("Preparing to copy secondary artifacts \(identifier)") }
            for line in selection.logLines + selection.warnings { try log.agent(line) }
            switch selection.entries {
            case .success(let entries): result = try write(entries, identifier, request.name)
            case .failure(let error):
                result = .failure(error.code == .system ? .system(error.message) : .user(error.message))
            }
        } catch {
            throw .system("\(error)")
        }
        return try result.get()
    }

    private func write(
        _ entries: [ZipInput],
        _ identifier: String?,
        _ name: String?
    ) throws(FileError) -> Result<Build.Artifacts, Failure> {
        try Folder.make(folder.artifacts)
        let path = folder.artifact(identifier)
        do throws(ZipError) {
            let summary = try ZipWriter(storesNoise: storesNoise).write(entries, to: path, isStopped: isStopped)
            var artifacts = Build.Artifacts(location: path, artifactIdentifier: identifier)
            artifacts.sha256sum = summary.digest.hex
            artifacts.name = name
            artifacts.size = Int64(summary.bytes)
            artifacts.files = summary.entryCount
            return .success(artifacts)
        } catch {
            return .failure(error.code == .system ? .system("\(error)") : .user("\(error)"))
        }
    }
}
