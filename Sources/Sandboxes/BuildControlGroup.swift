// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import ControlGroups

/// The control group of a build whose supervisor cannot make it, as it is in a sandbox.
enum BuildControlGroup {
    /// Makes the group that holds a build's limits.
    /// - Parameters:
    ///   - request: the build.
    ///   - note: takes a line for the build's log where the machine offers no groups.
    /// - Returns: nil when there is nothing to limit, or no means.
    static func make(for request: BuildRequest, note: (String) -> Void) -> ControlGroup? {
        if request.limits.isEmpty { return nil }
        do throws(ControlGroupError) {
            return try ControlGroup.make(BuildLimits.groupName(request.id), BuildLimits.resources(request.limits))
        } catch {
            note(BuildLimits.missing(error))
            return nil
        }
    }
}
