// SPDX-License-Identifier: Apache-2.0

internal import ControlGroups
internal import Files

/// The limits of a build as its commands meet them.
///
/// On the bare machine the commands have a control group of their own, which the supervisor is not in. In a sandbox or a
/// container all of it, the supervisor too, is in a group that somebody outside has made.
final class CommandLimits {
    private let group: ControlGroup?
    private let isOwner: Bool
    private var report: LimitReport?
    /// What the log is to say; nil when all is as asked for.
    let note: String?

    /// What a command's process must be told to join the group, descriptors of `cgroup.procs`.
    var joining: [Int32] { isOwner ? group?.joining ?? [] : [] }
    /// Where memory is short, the kernel takes a command and not the supervisor.
    let oomScoreAdjustment: Int32

    init(_ request: BuildRequest) {
        let limits = BuildLimits.resources(request.limits)
        oomScoreAdjustment = limits.memoryBytes == nil ? 0 : 500
        isOwner = request.isolation == .none
        guard !limits.isEmpty else {
            group = nil
            note = nil
            return
        }
        do throws(ControlGroupError) {
            let group = isOwner ? try ControlGroup.make(BuildLimits.groupName(request.id), limits) : ControlGroup.own()
            self.group = group
            report = LimitReport(group, limits)
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

    /// Kills what is left in the group and removes it.
    func remove() {
        if isOwner { group?.remove() }
    }
}
