// SPDX-License-Identifier: Apache-2.0

package import WireWords

/// What is known of a build: CodeBuild's `Build` shape, its field names exactly.
///
/// Source: the `Build` data type of the CodeBuild API reference. Fields that AWS has and Nacre does not yet fill are absent.
package struct Build: Sendable, Hashable, Codable {
    /// `BuildPhase`.
    package struct Phase: Sendable, Hashable, Codable {
        package struct Context: Sendable, Hashable, Codable {
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
    package struct Source: Sendable, Hashable, Codable {
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
    package struct Artifacts: Sendable, Hashable, Codable {
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
    package struct Environment: Sendable, Hashable, Codable {
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
    package struct ExportedVariable: Sendable, Hashable, Codable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// `LogsLocation`, with the file that holds the log (an extension).
    package struct Logs: Sendable, Hashable, Codable {
        package var file: String

        package init(file: String) {
            self.file = file
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

    /// A build whose source is about to be looked at.
    package init(_ request: BuildRequest, folder: BuildFolder) {
        let id = request.id
        self.id = request.id.description
        arn = id.arn(region: request.region)
        buildNumber = request.number
        projectName = id.project
        buildStatus = .inProgress
        currentPhase = .downloadSource
        buildComplete = false
        startTime = request.submittedAt
        initiator = request.initiator
        sourceVersion = request.source.version.isEmpty ? nil : request.source.version
        resolvedSourceVersion = request.source.resolvedVersion
        var shown: String?
        if case .file(let path) = request.buildspec { shown = path } else if case .inline(let text) = request.buildspec { shown = text }
        source = Source(type: request.source.type, location: request.source.location, buildspec: shown)
        secondarySources = request.secondarySources.map {
            Source(type: $0.type, location: $0.location, sourceIdentifier: $0.identifier)
        }
        artifacts = Artifacts(location: "")
        secondaryArtifacts = []
        environment = Environment(type: "LINUX_CONTAINER", image: "nacre/host", environmentVariables: request.overrides)
        exportedEnvironmentVariables = []
        logs = Logs(file: folder.log)
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
}
