// SPDX-License-Identifier: Apache-2.0

/// A request that was carried out, or is.
package struct Deployment: Sendable, Hashable, Codable {
    /// How it stands.
    package enum Status: String, Sendable, Hashable, Codable {
        case inProgress = "InProgress"
        case succeeded = "Succeeded"
        case failed = "Failed"
    }

    /// The request's.
    package let number: Int64
    /// The request's.
    package let id: String
    package let kind: EnvironmentRequest.Kind
    package let version: String?
    package let provenance: DeploymentProvenance
    package var status: Status
    /// Why it failed, with the last lines of the log.
    package var reason: String?
    /// Milliseconds since 1970.
    package let startedAt: Int64
    /// Milliseconds since 1970.
    package var endedAt: Int64?

    init(_ request: EnvironmentRequest, at now: Int64) {
        number = request.number
        id = request.id
        kind = request.kind
        version = request.version
        provenance = request.provenance
        status = .inProgress
        startedAt = now
    }

    /// A request that nobody has looked at before the next one came.
    init(overtaken number: Int64) {
        self.number = number
        id = ""
        kind = .deploy
        version = nil
        provenance = DeploymentProvenance()
        status = .failed
        reason = "another request took its place"
        startedAt = 0
        endedAt = nil
    }
}
