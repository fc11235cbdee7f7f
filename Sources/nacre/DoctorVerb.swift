// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Control
import Daemon
import Diagnostics
import Files

/// `nacre doctor`.
enum DoctorVerb: Verb {
    static let description = CommandDescription(
        "doctor",
        abstract: "Looks for what is not as it should be, with a daemon or without: one line each, with what to do.",
        discussion: """
            --fix mends what is safe: modes, files that a crash has left half written, a socket without a daemon, hooks that are \
            missing or call a program or daemon that has moved; folders that nobody knows are put aside into `trash`. It never \
            removes what a person or a build has made.
            """,
        options: [
            OptionDescription("home", value: "DIR", .directory, help: "the home (default: $NACRE_HOME)"),
            OptionDescription(flag: "fix", help: "mend what can be mended, and say what was done"),
            OptionDescription(flag: "deep", help: "read the indices of the databases and every artifact, too"),
            OptionDescription(flag: "quiet", "q", help: "tell nothing of what is as it should be"),
            OptionDescription(flag: "json", help: "write JSON"),
        ],
        examples: [
            CommandDescription.Example("nacre doctor", "exit code 0: no problem; 1: there is one"),
            CommandDescription.Example("nacre doctor --fix --deep", "look at everything, and mend"),
        ]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? {
        guard arguments.flag("fix") else { return nil }
        var audit = VerbAudit(subject: "")
        audit.isRelief = true
        return audit
    }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        var programs: [String: String] = [:]
        let folder = Paths.parent(Paths.real("/proc/self/exe") ?? "/")
        for name in ["nacre-supervisor", "nacre-hook", "nacre-environment"] {
            programs[name] = (try? context.program(name)) ?? "\(folder)/\(name)"
        }
        let doctor = Doctor(try context.home(arguments), programs: programs)
        let isDeep = arguments.flag("deep")
        let findings = arguments.flag("fix") ? doctor.mend(isDeep: isDeep) : doctor.examine(isDeep: isDeep)
        if arguments.flag("json") {
            try context.writeJSON(findings)
        } else {
            for finding in findings where !arguments.flag("quiet") || finding.level != .ok || finding.mended != nil {
                context.output.write(TerminalText.visible(text(finding)) + "\n")
            }
        }
        return findings.contains { $0.level == .problem } ? .failed : .success
    }

    private static func text(_ finding: Finding) -> String {
        let level = finding.mended == nil ? finding.level.rawValue : "mended"
        let start = level + String(repeating: " ", count: max(0, 8 - level.count)) + finding.area + ": " + finding.what
        if let mended = finding.mended { return "\(start); \(mended)" }
        return finding.remedy.map { "\(start). To do: \($0)" } ?? start
    }
}
