// SPDX-License-Identifier: Apache-2.0

/// Says in words what a group's limits have done to a command.
package struct LimitReport: Sendable {
    private let group: ControlGroup
    private let limits: ResourceLimits
    private var before: ResourceFacts

    /// * `group`: the one that the commands run in; `ControlGroup.own()` where the whole supervisor is in it.
    package init(_ group: ControlGroup, _ limits: ResourceLimits) {
        self.group = group
        self.limits = limits
        before = group.facts()
    }

    /// Notes what has been counted so far: call it before a command starts.
    package mutating func begin() {
        before = group.facts()
    }

    /// What a limit has to do with a command's failure; nil when none was hit while it ran.
    ///
    /// * `exitCode`: as a shell tells it, 128 + the number for a signal.
    package func explanation(exitCode: Int32) -> String? {
        Self.explanation(exitCode: exitCode, limits, from: before, to: group.facts())
    }

    /// What two readings of the counters tell about a command between them.
    static func explanation(
        exitCode: Int32,
        _ limits: ResourceLimits,
        from before: ResourceFacts,
        to after: ResourceFacts
    ) -> String? {
        if (after.outOfMemoryKills ?? 0) > (before.outOfMemoryKills ?? 0) {
            let limit = limits.memoryBytes.map { ", limit \(ResourceLimits.text(bytes: $0))" } ?? ""
            return exitCode == 137 ? "out of memory\(limit)" : "a process was killed: out of memory\(limit)"
        }
        if let most = limits.processes, (after.refusedForks ?? 0) > (before.refusedForks ?? 0) {
            return "the limit of \(most) \(most == 1 ? "process" : "processes") was reached"
        }
        return nil
    }
}
