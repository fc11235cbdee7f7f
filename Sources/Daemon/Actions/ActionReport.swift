// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Control
internal import Files
internal import Glibc
internal import Journals
internal import Pipelines
internal import WireWords

/// What an ended build means for its action.
struct ActionReport {
    private let order: ActionOrder
    private let home: Home

    init(_ order: ActionOrder, _ home: Home) {
        self.order = order
        self.home = home
    }

    /// The outcome of an action whose build is over.
    ///
    /// Blocks for the reading of a log's end.
    func outcome(of record: BuildRecord) -> ActionOutcome {
        let build = BuildView.makeWhole(record, home: home)
        var outcome = ActionOutcome()
        outcome.output.externalID = build.id
        for variable in build.exportedEnvironmentVariables { outcome.output.variables[variable.name] = variable.value }
        guard build.buildStatus == .succeeded else {
            let summary = "Build terminated with state: \(build.buildStatus.rawValue)"
            outcome.output.summary = summary
            outcome.failure = ActionFailure(.jobFailed, Self.message(summary, build, log: home.build(record.id).log))
            return outcome
        }
        var missing: [String] = []
        for wanted in order.outputs {
            if let made = Self.artifact(wanted.name, of: build, isOnly: order.outputs.count == 1),
                let digest = made.sha256sum
            {
                let reference = ArtifactReference(
                    name: wanted.name,
                    digest: digest,
                    size: made.size ?? 0,
                    key: wanted.key
                )
                outcome.output.artifacts.append(reference)
            } else {
                missing.append("`\(wanted.name)`")
            }
        }
        if !missing.isEmpty {
            outcome.failure = ActionFailure(
                .jobFailed,
                "Build \(build.id) has not made the output artifacts \(missing.joined(separator: ", "))."
            )
        }
        return outcome
    }

    /// The artifact of a build that an output artifact is: the primary one, or the secondary one of its name.
    static func artifact(_ name: String, of build: Build, isOnly: Bool) -> Build.Artifacts? {
        let all = isOnly ? [build.artifacts] + build.secondaryArtifacts : build.secondaryArtifacts
        return all.first { !$0.location.isEmpty && ($0.artifactIdentifier == name || $0.artifactIdentifier == nil) }
    }

    // MARK: - Failures

    /// The first failed phase in its own words, and the end of what its commands have said.
    static func message(_ summary: String, _ build: Build, log: String) -> String {
        var lines = [summary]
        if let failed = build.cause, let context = failed.contexts?.first, !context.message.isEmpty {
            lines.append("\(failed.phaseType.rawValue): \(context.message)")
        }
        if let reason = build.statusReason, !reason.isEmpty { lines.append(reason) }
        let last = LogTail.read(log)
        if !last.isEmpty { lines += ["Last lines of the log:"] + last }
        return lines.joined(separator: "\n")
    }
}
