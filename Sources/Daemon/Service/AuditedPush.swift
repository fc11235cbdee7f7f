// SPDX-License-Identifier: Apache-2.0

internal import Audits
internal import Git

/// What is put on record of a push that git's hook told of.
enum AuditedPush {
    /// A push of more refs is told of by their number.
    private static let mostRefs = 10

    /// Push options are left out: they may set variables.
    static func entry(of push: PushIntake.Push, in repository: String) -> AuditEntry {
        var details = ["refs": String(push.updates.count)]
        for update in push.updates.prefix(mostRefs) { details[update.ref] = "\(update.old.hex) \(update.new.hex)" }
        return AuditEntry(push.pusher, "push", repository, details)
    }
}
