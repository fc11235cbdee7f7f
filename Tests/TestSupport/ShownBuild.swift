// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A Build object as `--json` shows it: AWS's field names, read by nobody's code but the tests'.
package struct ShownBuild: Decodable, Sendable {
    package struct Phase: Decodable, Sendable {
        package struct Context: Decodable, Sendable {
            package var statusCode: String
            package var message: String
        }

        package var phaseType: String
        package var phaseStatus: String?
        package var contexts: [Context]?
        package var durationInSeconds: Int?
    }

    package struct Artifacts: Decodable, Sendable {
        package var location: String
        package var sha256sum: String?
        package var artifactIdentifier: String?
    }

    package struct Retry: Decodable, Sendable {
        package var autoRetryLimit: Int
        package var autoRetryNumber: Int
        package var nextAutoRetry: String?
        package var previousAutoRetry: String?
    }

    package struct Logs: Decodable, Sendable {
        package var file: String
    }

    package var id: String
    package var arn: String
    package var buildNumber: Int
    package var projectName: String
    package var buildStatus: String
    package var currentPhase: String
    /// UTC, with milliseconds.
    package var endTime: String?
    package var buildComplete: Bool
    package var initiator: String
    package var sourceVersion: String?
    package var resolvedSourceVersion: String?
    package var statusReason: String?
    package var phases: [Phase]
    package var artifacts: Artifacts
    package var secondaryArtifacts: [Artifacts]
    package var logs: Logs
    package var autoRetryConfig: Retry?

    /// The part of the id behind the project's name.
    package var uuid: String { String(id.split(separator: ":").last ?? "") }

    /// What its log holds now; empty when there is none.
    package var log: String {
        String(decoding: FileManager.default.contents(atPath: logs.file) ?? Data(), as: UTF8.self)
    }

    /// A phase by its name.
    package func phase(_ type: String) -> Phase? { phases.first { $0.phaseType == type } }

    /// Reads what a command has written.
    package static func decode<Value: Decodable>(_ result: Program.Result) throws -> Value {
        guard result.status == 0 else { throw Program.Failure(description: "\(result)") }
        return try JSONDecoder().decode(Value.self, from: Data(result.output.utf8))
    }
}
