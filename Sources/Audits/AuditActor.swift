// SPDX-License-Identifier: Apache-2.0

internal import Files
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
    /// Who has logged in, where the kernel knows and it is another than `user`: it keeps that through `sudo` and `su`.
    package let login: String?

    package init(_ kind: Kind = .user, uid: UInt32, user: String, pid: Int32, login: String? = nil) {
        self.kind = kind
        self.uid = uid
        self.user = user
        self.pid = pid
        self.login = login
    }

    /// A process of a user.
    ///
    /// * `session`: as `session(of:)` tells it.
    package init(_ kind: Kind = .user, uid: UInt32, pid: Int32, session: UInt32?) {
        let login = session.flatMap { $0 == uid ? nil : Self.userName($0) }
        self.init(kind, uid: uid, user: Self.userName(uid), pid: pid, login: login)
    }

    /// This process.
    package static func current(_ kind: Kind) -> AuditActor {
        AuditActor(kind, uid: getuid(), pid: getpid(), session: session(of: getpid()))
    }

    /// The user who has logged in and from whose session a process comes (`pam_loginuid(8)`); nil where the kernel does not say.
    package static func session(of pid: Int32) -> UInt32? {
        let bytes = (try? AtomicFile.read("/proc/\(pid)/loginuid", limit: 64)) ?? []
        return session(String(decoding: bytes, as: UTF8.self))
    }

    /// Reads the text of `loginuid`.
    static func session(_ text: String) -> UInt32? {
        let uid = UInt32(text.filter { !$0.isWhitespace })
        // The highest number stands for nobody: a process that no login has started.
        return uid == .max ? nil : uid
    }

    /// The login name of a user, or the number.
    package static func userName(_ uid: UInt32) -> String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { texts in
            var entry = unsafe passwd()
            var found: UnsafeMutablePointer<passwd>?
            guard let start = texts.baseAddress,
                unsafe getpwuid_r(uid, &entry, start, texts.count, &found) == 0,
                let name = unsafe found?.pointee.pw_name
            else { return String(uid) }
            return unsafe String(cString: name)
        }
    }

    /// What people are shown.
    package var name: String {
        if kind == .daemon { return "daemon" }
        return login.map { "\($0) as \(user)" } ?? user
    }
}
