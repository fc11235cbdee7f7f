// SPDX-License-Identifier: Apache-2.0

/// How an environment stands, as its process last wrote it; `state.json`.
package struct EnvironmentState: Sendable, Hashable, Codable {
    /// The version that serves.
    package struct Running: Sendable, Hashable, Codable {
        package var version: String
        package var provenance: DeploymentProvenance
        /// The instance's own port; nil while none serves.
        package var port: Int?
        /// Since when this version has been the one; milliseconds since 1970.
        package var since: Int64
        /// How often its instance had to be started again.
        package var restarts: Int
    }

    package var status: EnvironmentStatus
    package var health: EnvironmentHealth
    /// Why it is not Green.
    package var causes: [String]
    package var running: Running?
    /// The version that ran before, to roll back to.
    package var previous: String?
    /// The last request that was decided.
    package var settled: Int64
    /// The last ones, oldest first.
    package var deployments: [Deployment]
    /// The last ones, oldest first.
    package var events: [EnvironmentEvent]
    /// Processes that a later process of the environment has to end when this one is killed: `ProcessIdentity` texts.
    package var processes: [String]
    /// Containers likewise.
    package var containers: [String]
    /// The environment's own process, as `ProcessIdentity` text.
    package var owner: String?
    /// Milliseconds since 1970.
    package var updatedAt: Int64

    static let eventLimit = 100
    static let deploymentLimit = 20

    package init() {
        status = .ready
        health = .grey
        causes = []
        settled = 0
        deployments = []
        events = []
        processes = []
        containers = []
        updatedAt = 0
    }

    /// What became of a request.
    package func deployment(id: String) -> Deployment? { deployments.last { $0.id == id } }

    /// What became of a request.
    package func deployment(number: Int64) -> Deployment? { deployments.last { $0.number == number } }

    mutating func note(_ event: EnvironmentEvent) {
        events.append(event)
        if events.count > Self.eventLimit { events.removeFirst(events.count - Self.eventLimit) }
    }

    mutating func note(_ deployment: Deployment) {
        deployments.removeAll { $0.number == deployment.number }
        deployments.append(deployment)
        if deployments.count > Self.deploymentLimit {
            deployments.removeFirst(deployments.count - Self.deploymentLimit)
        }
    }
}
