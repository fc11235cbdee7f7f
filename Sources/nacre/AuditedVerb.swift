// SPDX-License-Identifier: Apache-2.0

import Audits
import CommandLines
import Control
import Files

/// Does a verb that changes something without the daemon, and puts it on record.
struct AuditedVerb {
    private let audit: VerbAudit
    private let action: String
    private let home: String
    private let tell: (String) -> Void

    init(_ audit: VerbAudit, _ arguments: ParsedArguments, _ context: VerbContext) throws {
        self.audit = audit
        action = arguments.path.joined(separator: ".")
        home = try context.home(arguments).path
        tell = { context.tell($0) }
    }

    /// Puts it on record and does it; what cannot be recorded is not done.
    func run(_ body: () throws -> ExitCode) throws -> ExitCode {
        if audit.beginsHome { try Folder.make(home, mode: 0o700) }
        if !audit.comesAfter { try record(action) }
        let code: ExitCode
        do {
            code = try body()
        } catch {
            // Its text is not recorded: it may quote what was given.
            if !audit.comesAfter { try? record("\(action).refused") }
            throw error
        }
        if audit.comesAfter { try record(action) }
        return code
    }

    /// Where there is no home, nothing of it is changed.
    private func record(_ action: String) throws {
        guard Folder.isFolder(home) else { return }
        do {
            try AuditLog(in: home).append(who: .current(.user), action: action, subject: audit.subject)
        } catch {
            if audit.isRelief { return tell("warning: it is not on record: \(error)") }
            let done = audit.comesAfter ? "it is done, but not on record" : "nothing is done without a record"
            throw VerbError(.fault, "\(done): \(error)")
        }
    }
}
