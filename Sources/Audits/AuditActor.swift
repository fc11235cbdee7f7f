// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Who did something.
package struct AuditActor: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Hashable, Codable {
        /// The daemon by itself.
        case daemon
        /// Whoever has asked the daemon, as the kernel tells it, or has run a command.
        case user
    }

    package let kind: Kind
    package let uid: UInt32
    /// The login name of `uid`, or its number.
    package let user: String
    package let pid: Int32

    package init(_ kind: Kind = .user, uid: UInt32, user: String, pid: Int32) {
        self.kind = kind
        self.uid = uid
        self.user = user
        self.pid = pid
    }

    /// This process.
    package static func current(_ kind: Kind) -> AuditActor {
        let uid = getuid()
        let entry = unsafe getpwuid(uid)
        let user = unsafe entry.map { unsafe String(cString: $0.pointee.pw_name) } ?? String(uid)
        return AuditActor(kind, uid: uid, user: user, pid: getpid())
    }

    /// What people are shown.
    package var name: String { kind == .daemon ? "daemon" : user }
}
