// SPDX-License-Identifier: Apache-2.0

internal import ControlGroups
internal import Files

/// The limits of a build as its commands meet them.
///
/// The commands have a control group of their own, which the supervisor is not in: it must go on when they take all. On the
/// bare machine the supervisor makes it, for a sandbox somebody outside. A container is in one group as a whole.
final class CommandLimits {
    private let group: ControlGroup?
    private let isOwner: Bool
    private let isJoined: Bool
    private var report: LimitReport?
    /// What the log is to say; nil when all is as asked for.
    let note: String?

    /// What a command's process must be told to join the group, descriptors of `cgroup.procs`.
    var joining: [Int32] { isJoined ? group?.joining ?? [] : [] }
    /// Where memory is short, the kernel takes a command and not the supervisor.
    let oomScoreAdjustment: Int32

    init(_ request: BuildRequest) {
        let limits = BuildLimits.resources(request.limits)
        oomScoreAdjustment = limits.memoryBytes == nil ? 0 : 500
        isOwner = request.isolation == .none
        var isInContainer = false
        if case .image = request.isolation { isInContainer = true }
        isJoined = !isInContainer
        guard !limits.isEmpty else {
            group = nil
            note = nil
            return
        }
        do throws(ControlGroupError) {
            let name = BuildLimits.groupName(request.id)
            if isOwner {
                group = try ControlGroup.make(name, limits)
            } else {
                // Where the one outside could make none, it has said so.
                group = isInContainer ? ControlGroup.own() : ControlGroup.existing(name)
            }
            report = group.map { LimitReport($0, limits) }
            note = nil
        } catch {
            group = nil
            note = BuildLimits.missing(error)
        }
    }

    /// Notes what the kernel has counted before a command starts.
    func begin() {
        report?.begin()
    }

    /// What a limit has to do with the failure of the last command; nil when none was hit.
    ///
    /// * `exitCode`: as a shell tells it.
    func explanation(exitCode: Int32) -> String? {
        report?.explanation(exitCode: exitCode)
    }

    /// Kills what is in the group, all at once where the kernel can.
    func kill() {
        // What is left after that has left the group.
        if isJoined { group?.killAll(within: 100) }
    }

    /// Kills what is left in the group and removes it.
    func remove() {
        if isOwner { group?.remove() }
    }
}
