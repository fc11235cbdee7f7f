// SPDX-License-Identifier: Apache-2.0

package import ControlGroups
package import WireWords

/// A build's limits in the words of control groups.
package enum BuildLimits {
    /// How the names of all builds' groups begin.
    package static let groupPrefix = "nacre-"

    /// The name of a build's group.
    package static func groupName(_ id: BuildID) -> String { groupPrefix + id.uuid }

    /// The limits of a request.
    package static func resources(_ limits: BuildRequest.Limits) -> ResourceLimits {
        ResourceLimits(memoryBytes: limits.memoryBytes, cpus: limits.cpus, processes: limits.processes)
    }

    /// The line of the log where limits were asked for and there are no means.
    package static func missing(_ error: ControlGroupError) -> String {
        "The limits are not enforced, as there is no control group for the build: \(error.message)"
    }
}
