// SPDX-License-Identifier: Apache-2.0

/// What an environment is to do; the last one is in `desired.json` and counts until the next.
package struct EnvironmentRequest: Sendable, Hashable, Codable {
    /// What is asked for.
    package enum Kind: String, Sendable, Hashable, Codable {
        /// Run a version.
        case deploy
        /// Run the version that ran before.
        case rollback
        /// Run the present version again, with the settings as they are now.
        case restart
        /// Run again after a stop.
        case start
        /// Run nothing.
        case stop
    }

    /// Rises with each request.
    package let number: Int64
    /// Of the one who asks: asking again with the same id is the same request.
    package let id: String
    package let kind: Kind
    /// What is to run; nil: nothing.
    package let version: String?
    package let provenance: DeploymentProvenance
    /// Milliseconds since 1970.
    package let requestedAt: Int64

    /// Whether a version is to run afterwards.
    package var runs: Bool { version != nil }
}
