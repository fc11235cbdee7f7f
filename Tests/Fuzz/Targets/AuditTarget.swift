// SPDX-License-Identifier: Apache-2.0

internal import Audits
internal import Files

/// Whatever is in the files of an audit log, it is checked and added to without a crash; what was changed is found.
///
/// An input is the log; its part behind a NUL is the head.
struct AuditTarget: FuzzTarget {
    let name = "audit"
    let seeds: [[UInt8]]
    let words = [
        "\"sequence\":", "\"previous\":", "\"first\":", "\"size\":", "\"digest\":", "{}", "\n", "\0",
        "9007199254740992",
    ]

    init() {
        let made = try? FuzzFiles.withFolder { folder in
            try Self.add(3, in: folder)
            return try AtomicFile.read("\(folder)/audit.log") + [0] + AtomicFile.read("\(folder)/audit.head")
        }
        seeds = [made ?? []]
    }

    private static func add(_ count: Int, in folder: String) throws {
        let log = AuditLog(in: folder)
        for index in 0..<count {
            try log.append(who: AuditActor(uid: 7, user: "ada", pid: 1), action: "push", subject: "app#\(index)")
        }
    }

    func check(_ input: [UInt8]) throws {
        let log = input.prefix { $0 != 0 }
        try FuzzFiles.withFolder { folder in
            try AtomicFile.write(Array(log), to: "\(folder)/audit.log")
            try AtomicFile.write(Array(input.dropFirst(log.count + 1)), to: "\(folder)/audit.head")
            let before = try AuditVerifier.verify(AuditFiles(in: folder))
            try? Self.add(1, in: folder)
            let after = try AuditVerifier.verify(AuditFiles(in: folder))
            let isGood = before.problem == nil && before.records > 0
            try FuzzFailure.unless(!isGood || after.problem == nil, "a good log is \(after) after one more record")
        }
    }
}
