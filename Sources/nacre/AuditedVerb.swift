// SPDX-License-Identifier: Apache-2.0

import Audits
import CommandLines
import Control
import Files

/// What is put on record of a verb that changes something without the daemon, which does so for all others.
struct AuditedVerb {
    private let log: AuditLog
    private let action: String
    private let subject: String

    /// The verbs by their words, and the arguments that say what they change.
    private static let subjects: [[String]: [String]] = [
        ["parameter", "put"]: ["NAME"], ["parameter", "delete"]: ["NAME"],
        ["secret", "put"]: ["NAME"], ["secret", "delete"]: ["NAME"],
        ["bucket", "create"]: ["BUCKET"], ["bucket", "remove"]: ["BUCKET"],
        ["bucket", "versioning"]: ["BUCKET", "STATE"],
        ["bucket", "put"]: ["BUCKET", "KEY"], ["bucket", "rm"]: ["BUCKET", "KEY"],
        ["env", "create"]: ["NAME"], ["env", "start"]: ["NAME"], ["env", "stop"]: ["NAME"],
        ["env", "rollback"]: ["NAME"], ["env", "remove"]: ["NAME"],
        ["hooks", "install"]: ["REPO"], ["hooks", "uninstall"]: ["REPO"],
    ]
    /// Those that make the home where there is none.
    private static let beginnings: Set<[String]> = [
        ["parameter", "put"], ["secret", "put"], ["bucket", "create"], ["env", "create"],
    ]

    /// Nil for a verb that changes nothing by itself, or nothing of a home.
    init?(_ arguments: ParsedArguments, _ context: VerbContext) throws {
        guard let names = Self.subjects[arguments.path] else { return nil }
        let home = context.home.path
        if Self.beginnings.contains(arguments.path) { try Folder.make(home, mode: 0o700) }
        guard Folder.isFolder(home) else { return nil }
        log = AuditLog(in: home)
        action = arguments.path.joined(separator: ".")
        subject = names.flatMap { arguments.all($0) }.joined(separator: "/")
    }

    /// Puts it on record and does it; what cannot be recorded is not done.
    func run(_ body: () throws -> ExitCode) throws -> ExitCode {
        do {
            try log.append(who: .current(.user), action: action, subject: subject)
        } catch {
            throw VerbError(.fault, "nothing is done without a record: \(error)")
        }
        do {
            return try body()
        } catch {
            // Its text is not recorded: it may quote what was given.
            _ = try? log.append(who: .current(.user), action: "\(action).refused", subject: subject)
            throw error
        }
    }
}
