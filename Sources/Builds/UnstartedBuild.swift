// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import JSON
package import WireWords

/// A build whose surroundings could not be made: it ends in PROVISIONING, before anything of the user's has run.
package enum UnstartedBuild {
    /// Writes the log, the events and the result of such a build.
    /// - Parameters:
    ///   - status: how it ended.
    ///   - context: why, in the words of the phase.
    ///   - request: what was to be built.
    ///   - folder: where.
    /// - Throws: `BuildError` when the folder cannot be written.
    package static func record(
        _ status: BuildStatus,
        _ context: Build.Phase.Context,
        of request: BuildRequest,
        in folder: BuildFolder
    ) throws(BuildError) {
        var build = Build(request, folder: folder)
        let now = Timestamp.now()
        build.phases[build.phases.count - 1].finish(status, at: now, context: context)
        let provisioning = build.phases[build.phases.count - 1]
        build.end(status, at: now)
        do {
            let log = try BuildLog(path: folder.log)
            try log.agent("Phase complete: \(PhaseType.provisioning.rawValue) State: \(status.rawValue)")
            try log.agent("Phase context status code: \(context.statusCode) Message: \(context.message)")
            let events = [
                BuildEvent(.started, at: now), BuildEvent(.phaseFinished, at: now, phase: provisioning),
                BuildEvent(.finished, at: now, buildStatus: status),
            ]
            let lines = events.flatMap { JSONText.encode($0) + [UInt8(ascii: "\n")] }
            try AtomicFile.write(lines, to: folder.events)
            // A power cut must not leave a name without its bytes, which would be taken for damage.
            try AtomicFile.write(JSONText.encode(build), to: folder.result, isDurable: !request.isLocal)
        } catch {
            throw BuildError(.system, "the end of the build in \(folder.path) cannot be written: \(error)")
        }
    }

    /// Writes a line of the agent's to the build's log, before the supervisor proper has begun.
    package static func note(_ text: String, in folder: BuildFolder) {
        // A log that cannot be written is the supervisor's to complain about.
        try? BuildLog(path: folder.log).agent(text)
    }
}
