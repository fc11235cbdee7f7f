// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Control
internal import JSON
internal import Journals
internal import Repositories
internal import WireWords

/// Builds as clients see them, from the journal and from their folders.
enum BuildView {
    /// What the journal alone knows: enough for a list.
    static func make(_ record: BuildRecord, log: String = "") -> Build {
        let branch = BranchPatterns.branch(ofRef: record.ref) ?? record.ref
        let type = record.inputs == nil ? "CODECOMMIT" : "CODEPIPELINE"
        let submitted = Timestamp(milliseconds: record.queuedAt)
        var build = Build(
            id: record.id,
            number: Int(record.number),
            initiator: record.initiator,
            source: Build.Source(type: type, location: "", buildspec: record.buildspec),
            submittedAt: submitted,
            log: log
        )
        build.sourceVersion = branch
        build.resolvedSourceVersion = record.commit.isEmpty ? nil : record.commit
        build.buildStatus = record.status
        build.currentPhase = PhaseType(rawValue: record.currentPhase) ?? .queued
        build.statusReason = record.endReason
        if let batch = record.batch.flatMap(BuildID.init) {
            build.buildBatchArn = batch.batchARN(region: AWSName.region)
            build.batchBuildIdentifier = BatchProgress.identifier(of: record)
        }
        if record.attempt > 0 {
            build.autoRetryConfig = Build.AutoRetryConfig(
                autoRetryLimit: SettingsText.read(record.settings).retryLimit ?? 0,
                autoRetryNumber: Int(record.attempt),
                previousAutoRetry: record.retryOf.flatMap(BuildID.init)?.arn(region: AWSName.region)
            )
        }
        if let end = record.endedAt {
            build.endTime = Timestamp(milliseconds: end)
            build.buildComplete = true
            build.currentPhase = .completed
        }
        if let started = record.startedAt {
            var queued = Build.Phase(phaseType: .queued, startTime: submitted)
            queued.finish(.succeeded, at: Timestamp(milliseconds: max(started, record.queuedAt)))
            build.phases.append(queued)
        } else {
            var queued = Build.Phase(phaseType: .queued, startTime: submitted)
            if let end = record.endedAt {
                let context = Build.Phase.Context(message: record.endReason ?? "")
                queued.finish(record.status, at: Timestamp(milliseconds: end), context: context)
            }
            build.phases.append(queued)
        }
        return build
    }

    /// A build whose source could not be had, or that a fault of ours kept from starting.
    static func unstarted(_ record: BuildRecord, _ failure: BuildStarter.Failure) -> Build {
        var build = make(record)
        let now = Timestamp.now()
        switch failure {
        case .source(let message):
            var phase = Build.Phase(phaseType: .downloadSource, startTime: now)
            phase.finish(.failed, at: now, context: Build.Phase.Context(statusCode: "CLIENT_ERROR", message: message))
            build.phases.append(phase)
            build.end(.failed, at: now)
        case .stopped:
            build.end(.stopped, at: now)
        case .fault(let message):
            var phase = Build.Phase(phaseType: .provisioning, startTime: now)
            phase.finish(.fault, at: now, context: Build.Phase.Context(statusCode: "INTERNAL_ERROR", message: message))
            build.phases.append(phase)
            build.end(.fault, at: now)
        }
        return build
    }

    /// All that is known at this moment.
    static func makeWhole(_ record: BuildRecord, home: Home) -> Build {
        var build = found(record, home: home)
        if let inputs = record.inputs.flatMap(ActionInputs.init) {
            build.pipelineExecution = inputs.execution
            build.pipelineAction = "\(inputs.stage)/\(inputs.action)"
        }
        return build
    }

    private static func found(_ record: BuildRecord, home: Home) -> Build {
        let folder = home.build(record.id)
        if record.state.isTerminal {
            if let text = record.result, let build = try? JSONText.decode(Build.self, from: Array(text.utf8)) {
                return build
            }
            return make(record, log: folder.log)
        }
        if record.state != .queued, var build = try? BuildReader.progress(of: folder) {
            if let reason = record.stopRequestedBy { build.statusReason = "is being stopped by \(reason)" }
            return build
        }
        return make(record, log: folder.log)
    }
}
