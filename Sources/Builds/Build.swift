// SPDX-License-Identifier: Apache-2.0

internal import Buildspecs
package import WireWords

/// What is known of a build: CodeBuild's `Build` shape, its field names exactly.
///
/// Source: the `Build` data type of the CodeBuild API reference. Fields that AWS has and Nacre does not yet fill are absent.
package struct Build: Sendable, Hashable {
    /// `BuildPhase`.
    package struct Phase: Sendable, Hashable {
        package struct Context: Sendable, Hashable {
            package var statusCode: String
            package var message: String

            package init(statusCode: String = "", message: String = "") {
                self.statusCode = statusCode
                self.message = message
            }
        }

        package var phaseType: PhaseType
        /// Absent for COMPLETED.
        package var phaseStatus: BuildStatus?
        package var startTime: Timestamp
        package var endTime: Timestamp?
        package var durationInSeconds: Int?
        package var contexts: [Context]?

        package init(phaseType: PhaseType, startTime: Timestamp) {
            self.phaseType = phaseType
            self.startTime = startTime
        }

        /// Ends the phase.
        package mutating func finish(_ status: BuildStatus, at time: Timestamp, context: Context = Context()) {
            phaseStatus = status
            endTime = time
            durationInSeconds = Int(max(0, time.milliseconds - startTime.milliseconds) / 1000)
            contexts = [context]
        }
    }

    /// `ProjectSource`.
    package struct Source: Sendable, Hashable {
        package var type: String
        package var location: String
        package var buildspec: String?
        package var sourceIdentifier: String?

        package init(type: String, location: String, buildspec: String? = nil, sourceIdentifier: String? = nil) {
            self.type = type
            self.location = location
            self.buildspec = buildspec
            self.sourceIdentifier = sourceIdentifier
        }
    }

    /// `BuildArtifacts`, with what a person asks about a zip beside it.
    package struct Artifacts: Sendable, Hashable {
        /// Absolute path of the zip; empty when nothing was made.
        package var location: String
        package var sha256sum: String?
        /// Absent for the primary one.
        package var artifactIdentifier: String?
        /// What `name` came to when the shell evaluated it (an extension).
        package var name: String?
        /// Bytes of the zip (an extension).
        package var size: Int64?
        /// How many files are in it (an extension).
        package var files: Int?

        package init(location: String, artifactIdentifier: String? = nil) {
            self.location = location
            self.artifactIdentifier = artifactIdentifier
        }
    }

    /// `ProjectEnvironment`.
    package struct Environment: Sendable, Hashable {
        package var type: String
        package var image: String
        package var computeType: String
        package var environmentVariables: [EnvironmentVariable]
        package var privilegedMode: Bool

        package init(type: String, image: String, environmentVariables: [EnvironmentVariable]) {
            self.type = type
            self.image = image
            computeType = "BUILD_GENERAL1_SMALL"
            self.environmentVariables = environmentVariables
            privilegedMode = false
        }
    }

    /// `ExportedEnvironmentVariable`.
    package struct ExportedVariable: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// `AutoRetryConfig`, with the wish for another try (an extension).
    package struct AutoRetryConfig: Sendable, Hashable {
        /// How often the build is tried again, at most.
        package var autoRetryLimit: Int
        /// Which try this is; 0 for the first.
        package var autoRetryNumber: Int
        /// The ARN of the build that follows this one.
        package var nextAutoRetry: String?
        /// The ARN of the build before this one.
        package var previousAutoRetry: String?
        /// Whether the build has failed in a way that asks for another try.
        package var isRetryRequested: Bool?

        package init(autoRetryLimit: Int, autoRetryNumber: Int, previousAutoRetry: String? = nil) {
            self.autoRetryLimit = autoRetryLimit
            self.autoRetryNumber = autoRetryNumber
            self.previousAutoRetry = previousAutoRetry
        }

        /// Whether one more try is to follow on so many.
        ///
        /// * `number`: which try this was, by whoever counts them: the build may have said anything here.
        package func wantsRetry(after number: Int) -> Bool {
            isRetryRequested == true && number < min(autoRetryLimit, OnFailure.highestRetryLimit)
        }
    }

    /// `LogsLocation`, with the file that holds the log (an extension).
    package struct Logs: Sendable, Hashable {
        package var file: String

        package init(file: String) {
            self.file = file
        }
    }

    /// That its log, folder and artifacts are not there any more.
    package struct Removal: Sendable, Hashable {
        package var time: Timestamp
        /// The end of the sentence, such as "as it was older than …".
        package var reason: String

        package init(time: Timestamp, reason: String) {
            self.time = time
            self.reason = reason
        }

        /// One sentence; `what` is what was asked for, such as "its log was".
        package func sentence(_ what: String) -> String {
            "\(what) removed on \(time.text.prefix(10)) by retention, \(reason)"
        }
    }

    package var id: String
    package var arn: String
    package var buildNumber: Int
    package var projectName: String
    package var buildStatus: BuildStatus
    package var currentPhase: PhaseType
    package var buildComplete: Bool
    package var startTime: Timestamp
    package var endTime: Timestamp?
    package var initiator: String
    package var sourceVersion: String?
    package var resolvedSourceVersion: String?
    package var phases: [Phase]
    package var source: Source
    package var secondarySources: [Source]
    package var artifacts: Artifacts
    package var secondaryArtifacts: [Artifacts]
    package var environment: Environment
    package var exportedEnvironmentVariables: [ExportedVariable]
    package var logs: Logs
    package var timeoutInMinutes: Int?
    package var reportArns: [String]?
    package var buildBatchArn: String?
    /// The item of the batch (an extension).
    package var batchBuildIdentifier: String?
    package var autoRetryConfig: AutoRetryConfig?
    /// What people call the execution of a pipeline that it is for, PIPELINE/NUMBER (an extension).
    package var pipelineExecution: String?
    /// Which action of that it carries out, STAGE/ACTION (an extension).
    package var pipelineAction: String?
    /// One sentence: what it waits for, or why it ended as it did where the phases do not tell (an extension).
    package var statusReason: String?
    /// Absent while its files are there (an extension).
    package var removal: Removal?

    /// A build that has been asked for and nothing more.
    package init(id: BuildID, number: Int, initiator: String, source: Source, submittedAt: Timestamp, log: String) {
        self.id = id.description
        arn = id.arn(region: "us-east-1")
        buildNumber = number
        projectName = id.project
        buildStatus = .inProgress
        currentPhase = .queued
        buildComplete = false
        startTime = submittedAt
        self.initiator = initiator
        self.source = source
        secondarySources = []
        artifacts = Artifacts(location: "")
        secondaryArtifacts = []
        environment = Environment(type: "LINUX_CONTAINER", image: "nacre/host", environmentVariables: [])
        exportedEnvironmentVariables = []
        logs = Logs(file: log)
        var submitted = Phase(phaseType: .submitted, startTime: submittedAt)
        submitted.finish(.succeeded, at: submittedAt)
        phases = [submitted]
    }

    /// A build whose source is about to be looked at.
    package init(_ request: BuildRequest, folder: BuildFolder) {
        var shown: String?
        if case .file(let path) = request.buildspec { shown = path }
        if case .inline(let text) = request.buildspec { shown = text }
        self.init(
            id: request.id,
            number: request.number,
            initiator: request.initiator,
            source: Source(type: request.source.type, location: request.source.location, buildspec: shown),
            submittedAt: request.submittedAt,
            log: folder.log
        )
        arn = request.id.arn(region: request.region)
        currentPhase = .downloadSource
        sourceVersion = request.source.version.isEmpty ? nil : request.source.version
        resolvedSourceVersion = request.source.resolvedVersion
        secondarySources = request.secondarySources.map {
            Source(type: $0.type, location: $0.location, sourceIdentifier: $0.identifier)
        }
        environment.environmentVariables = request.overrides
        if case .image(let image, _) = request.isolation { environment.image = image }
        environment.privilegedMode = request.isPrivileged
        timeoutInMinutes = (request.timeoutSeconds + 59) / 60
        if let batch = request.batch {
            batchBuildIdentifier = batch.identifier
            buildBatchArn = BuildID(batch.id)?.batchARN(region: request.region)
        }
        let attempt = request.attempt
        if attempt.number > 0 || attempt.projectLimit > 0 {
            autoRetryConfig = AutoRetryConfig(
                autoRetryLimit: attempt.projectLimit,
                autoRetryNumber: attempt.number,
                previousAutoRetry: attempt.previous.flatMap(BuildID.init)?.arn(region: request.region)
            )
        }
        phases = []
        for (type, start, end) in [
            (PhaseType.submitted, request.submittedAt, request.queuedAt),
            (.queued, request.queuedAt, request.startedAt),
            (.provisioning, request.startedAt, Timestamp.now()),
        ] {
            var phase = Phase(phaseType: type, startTime: start)
            phase.finish(.succeeded, at: max(start, end))
            phases.append(phase)
        }
    }

    /// Asks whoever has started the build to try it again, up to so many times in all.
    package mutating func requestRetry(limit: Int) {
        if autoRetryConfig == nil { autoRetryConfig = AutoRetryConfig(autoRetryLimit: limit, autoRetryNumber: 0) }
        noteRetryLimit(limit)
        autoRetryConfig?.isRetryRequested = true
    }

    /// Notes how often a build that is tried again may be, by `on-failure`.
    package mutating func noteRetryLimit(_ limit: Int) {
        guard let config = autoRetryConfig else { return }
        autoRetryConfig?.autoRetryLimit = max(config.autoRetryLimit, limit)
    }

    /// Ends the build, with the phase COMPLETED.
    package mutating func end(_ status: BuildStatus, at time: Timestamp) {
        buildStatus = status
        currentPhase = .completed
        buildComplete = true
        endTime = time
        phases.append(Phase(phaseType: .completed, startTime: time))
    }
}
