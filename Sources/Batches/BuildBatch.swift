// SPDX-License-Identifier: Apache-2.0

package import Builds
package import WireWords

/// What is known of a batch: CodeBuild's `BuildBatch` shape, its field names exactly.
///
/// Source: the `BuildBatch` data type of the CodeBuild API reference. Fields that AWS has and Nacre does not fill are absent.
package struct BuildBatch: Sendable, Hashable, Codable {
    /// `BuildBatchPhase`.
    package struct Phase: Sendable, Hashable, Codable {
        package var phaseType: BatchPhaseType
        /// Absent for the last one, which says how the batch ended.
        package var phaseStatus: BuildStatus?
        package var startTime: Timestamp
        package var endTime: Timestamp?
        package var durationInSeconds: Int?
        package var contexts: [Build.Phase.Context]?
    }

    /// `BuildGroup`: one item of the batch.
    package struct Group: Sendable, Hashable, Codable {
        package var identifier: String
        package var dependsOn: [String]
        package var ignoreFailure: Bool
        /// Absent where no build was started.
        package var currentBuildSummary: Summary?
        /// Earlier attempts, the oldest first.
        package var priorBuildSummaryList: [Summary]
        /// Why no build was started, in words (an extension).
        package var statusReason: String?
    }

    /// `BuildSummary`.
    package struct Summary: Sendable, Hashable, Codable {
        package var arn: String
        package var requestedOn: Timestamp
        package var buildStatus: BuildStatus
        package var primaryArtifact: Artifact?
        package var secondaryArtifacts: [Artifact]

        /// What a batch tells of one of its builds.
        package init(_ build: Build) {
            arn = build.arn
            requestedOn = build.startTime
            buildStatus = build.buildStatus
            primaryArtifact = build.artifacts.location.isEmpty ? nil : Artifact(build.artifacts)
            secondaryArtifacts = build.secondaryArtifacts.filter { !$0.location.isEmpty }.map { Artifact($0) }
        }
    }

    /// `ResolvedArtifact`.
    package struct Artifact: Sendable, Hashable, Codable {
        package var type: String
        package var location: String
        /// Absent for the primary one.
        package var identifier: String?

        fileprivate init(_ artifacts: Build.Artifacts) {
            type = "S3"
            location = artifacts.location
            identifier = artifacts.artifactIdentifier
        }
    }

    /// `ProjectBuildBatchConfig`.
    package struct Config: Sendable, Hashable, Codable {
        package var combineArtifacts: Bool
    }

    package var id: String
    package var arn: String
    package var startTime: Timestamp
    package var endTime: Timestamp?
    package var currentPhase: BatchPhaseType
    package var buildBatchStatus: BuildStatus
    package var sourceVersion: String?
    package var resolvedSourceVersion: String?
    package var projectName: String
    package var phases: [Phase]
    package var source: Build.Source
    /// Where the combined artifacts are; absent where nothing was combined.
    package var artifacts: Build.Artifacts?
    package var complete: Bool
    package var initiator: String
    package var buildBatchNumber: Int
    package var buildGroups: [Group]
    package var buildBatchConfig: Config

    /// A batch that has been asked for and nothing more.
    package init(
        id: BuildID,
        number: Int,
        region: String = "us-east-1",
        initiator: String,
        source: Build.Source,
        combinesArtifacts: Bool = false,
        at time: Timestamp
    ) {
        self.id = id.description
        arn = id.batchARN(region: region)
        startTime = time
        currentPhase = .submitted
        buildBatchStatus = .inProgress
        projectName = id.project
        phases = [Phase(phaseType: .submitted, startTime: time)]
        self.source = source
        complete = false
        self.initiator = initiator
        buildBatchNumber = number
        buildGroups = []
        buildBatchConfig = Config(combineArtifacts: combinesArtifacts)
    }

    /// Ends the present phase well and begins another.
    package mutating func begin(_ phase: BatchPhaseType, at time: Timestamp) {
        finishPhase(.succeeded, at: time)
        phases.append(Phase(phaseType: phase, startTime: time))
        currentPhase = phase
    }

    /// Ends the present phase and the batch.
    ///
    /// The last phase names the end: AWS has no other than SUCCEEDED, FAILED and STOPPED for it.
    package mutating func end(_ status: BuildStatus, at time: Timestamp, context: Build.Phase.Context? = nil) {
        finishPhase(status, at: time, context: context)
        let last: BatchPhaseType
        switch status {
        case .succeeded: last = .succeeded
        case .stopped: last = .stopped
        case .failed, .fault, .timedOut, .inProgress: last = .failed
        }
        phases.append(Phase(phaseType: last, startTime: time))
        currentPhase = last
        buildBatchStatus = status
        complete = true
        endTime = time
    }

    /// Takes the state of the builds from the machine.
    /// - Parameters:
    ///   - machine: what runs, and what will not.
    ///   - builds: of each identifier all builds so far, earlier attempts first.
    package mutating func update(_ machine: BatchMachine, builds: [String: [Build]]) {
        buildGroups = machine.plan.items.map { item in
            let summaries = (builds[item.identifier] ?? []).map { Summary($0) }
            var group = Group(
                identifier: item.identifier,
                dependsOn: item.dependsOn,
                ignoreFailure: item.ignoresFailure,
                currentBuildSummary: summaries.last,
                priorBuildSummaryList: summaries.dropLast()
            )
            if case .skipped(let reason) = machine.standing(item.identifier) { group.statusReason = reason }
            if summaries.isEmpty, group.statusReason == nil, machine.isEnding {
                group.statusReason = "it had not begun when the batch ended"
            }
            return group
        }
    }

    private mutating func finishPhase(_ status: BuildStatus, at time: Timestamp, context: Build.Phase.Context? = nil) {
        guard let index = phases.indices.last, phases[index].endTime == nil else { return }
        phases[index].phaseStatus = status
        phases[index].endTime = time
        phases[index].durationInSeconds = Int(max(0, time.milliseconds - phases[index].startTime.milliseconds) / 1000)
        phases[index].contexts = [context ?? Build.Phase.Context()]
    }
}
