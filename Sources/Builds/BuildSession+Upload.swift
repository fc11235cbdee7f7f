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
        if try endIfInterrupted() { return }
        let reportFailure = try makeReports()
        if try endIfInterrupted() { return }
        let failure = artifactFailure ?? reportFailure
        try saveCache(hasFailed: failure != nil || supervisor.machine.verdict != .succeeded)
        if try endIfInterrupted() { return }
        switch failure {
        case nil: try supervisor.end(.succeeded)
        case .user(let message):
            try supervisor.end(.failed, Build.Phase.Context(statusCode: "CLIENT_ERROR", message: message))
        case .system(let message):
            try supervisor.end(.fault, Build.Phase.Context(statusCode: "INTERNAL_ERROR", message: message))
        }
    }

    /// Makes the zips; nil when all went well.
    private func makeArtifacts() throws(FileError) -> ArtifactUpload.Failure? {
        let upload = ArtifactUpload(folder: supervisor.folder, log: log, root: supervisor.request.source.directory)
        do throws(ArtifactUpload.Failure) {
            if let primary = buildspec.artifacts, !primary.files.isEmpty {
                supervisor.build.artifacts = try upload.make(resolve(primary), identifier: nil)
            }
            for secondary in buildspec.secondaryArtifacts {
                let made = try upload.make(resolve(secondary.set), identifier: secondary.identifier)
                supervisor.build.secondaryArtifacts.append(made)
                if runner.interruption() != nil { break }
            }
            return nil
        } catch {
            return error
        }
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
