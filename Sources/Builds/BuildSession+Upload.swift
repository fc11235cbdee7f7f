// SPDX-License-Identifier: Apache-2.0

internal import Buildspecs
internal import Diagnostics
internal import Files
internal import WireWords

/// UPLOAD_ARTIFACTS: what is taken from a build when its commands are done.
extension BuildSession {
    /// Runs the whole phase: exported variables, artifacts, reports.
    func performUpload() throws(FileError) {
        try freezeExportedVariables()
        if try endIfInterrupted() { return }
        let artifactFailure = try makeArtifacts()
        if try endUploadIfInterrupted() { return }
        let reportFailure = try makeReports()
        if try endUploadIfInterrupted() { return }
        let failure = artifactFailure ?? reportFailure
        try saveCache(hasFailed: failure != nil || supervisor.machine.verdict != .succeeded)
        if try endUploadIfInterrupted() { return }
        switch failure {
        case nil: try supervisor.end(.succeeded)
        case .user(let message):
            try supervisor.end(.failed, Build.Phase.Context(statusCode: "CLIENT_ERROR", message: message))
        case .system(let message):
            try supervisor.end(.fault, Build.Phase.Context(statusCode: "INTERNAL_ERROR", message: message))
        }
    }

    /// As `endIfInterrupted`; what was made already is taken back, as a build that is stopped delivers nothing.
    private func endUploadIfInterrupted() throws(FileError) -> Bool {
        guard try endIfInterrupted() else { return false }
        try? Folder.remove(supervisor.folder.artifacts)
        supervisor.build.artifacts = Build.Artifacts(location: "")
        supervisor.build.secondaryArtifacts = []
        return true
    }

    /// Makes the zips; nil when all went well.
    private func makeArtifacts() throws(FileError) -> ArtifactUpload.Failure? {
        var upload = ArtifactUpload(
            folder: supervisor.folder,
            log: log,
            root: supervisor.request.source.directory,
            isStopped: runner.interruptionProbe()
        )
        upload.storesNoise = supervisor.request.outputs != nil
        do throws(ArtifactUpload.Failure) {
            let wanted = try wantedArtifacts()
            if let primary = wanted.primary {
                let request = try resolve(primary)
                // The shell that evaluates its name may be where the build was stopped.
                if runner.interruption() != nil { return nil }
                supervisor.build.artifacts = try upload.make(request, identifier: nil)
            }
            for secondary in wanted.secondary {
                let made = try upload.make(resolve(secondary.set), identifier: secondary.identifier)
                supervisor.build.secondaryArtifacts.append(made)
                if runner.interruption() != nil { break }
            }
            return nil
        } catch {
            return error
        }
    }

    /// Which of the buildspec's artifacts are made: all, or those that the build's action is to deliver.
    ///
    /// The only output artifact of an action is the primary one; of several, each is the secondary one of its name.
    /// - Throws: when one of them is not in the buildspec.
    private func wantedArtifacts() throws(ArtifactUpload.Failure) -> (
        primary: ArtifactSet?, secondary: [SecondaryArtifact]
    ) {
        let primary = buildspec.artifacts.flatMap { $0.files.isEmpty ? nil : $0 }
        guard let outputs = supervisor.request.outputs else { return (primary, buildspec.secondaryArtifacts) }
        if outputs.isEmpty { return (nil, []) }
        if outputs.count == 1, let primary { return (primary, []) }
        let found = outputs.map { name in buildspec.secondaryArtifacts.first { $0.identifier == name } }
        if outputs.count == 1, let only = found.first, let only { return (only.set, []) }
        let missing = zip(outputs, found).filter { $0.1 == nil }.map(\.0)
        if outputs.count == 1, let name = missing.first {
            throw .user(
                "no definition for primary artifacts in buildspec: the output artifact `\(name)` needs a block `artifacts`"
            )
        }
        if !missing.isEmpty {
            let names = missing.map { "`\($0)`" }.joined(separator: ", ")
            throw .user("no definition for secondary artifacts in buildspec for the output artifacts \(names)")
        }
        return (nil, found.compactMap { $0 })
    }

    /// Ends the phase if somebody wants the build to end, or its time has run out.
    func endIfInterrupted() throws(FileError) -> Bool {
        guard let interruption = runner.interruption() else { return false }
        try supervisor.end(interruption)
        return true
    }

    func freezeExportedVariables() throws(FileError) {
        for name in buildspec.environment.exportedVariables {
            // Source: the exported-variables paragraph of the buildspec reference.
            if name.value.hasPrefix("AWS_") || supervisor.secrets[name.value] != nil { continue }
            guard let value = try finalEnvironment()[name.value] else {
                try log.agent("Exported variable \(name.value) is not set")
                continue
            }
            guard log.masked(value) == value else {
                try log.agent("Exported variable \(name.value) contains a secret and is not exported")
                continue
            }
            supervisor.build.exportedEnvironmentVariables.append(Build.ExportedVariable(name: name.value, value: value))
        }
    }
}
