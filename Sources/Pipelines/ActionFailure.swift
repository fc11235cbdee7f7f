// SPDX-License-Identifier: Apache-2.0

/// Why an action has failed.
package struct ActionFailure: Error, Sendable, Hashable, Codable {
    /// AWS's `errorDetails.code`.
    package enum Code: String, Sendable, Hashable, Codable {
        case jobFailed = "JobFailed"
        case configurationError = "ConfigurationError"
        case permissionError = "PermissionError"
        case revisionOutOfSync = "RevisionOutOfSync"
        case revisionUnavailable = "RevisionUnavailable"
        case systemUnavailable = "SystemUnavailable"
    }

    package var code: Code
    /// For a person, with the last lines of a log where there is one.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
