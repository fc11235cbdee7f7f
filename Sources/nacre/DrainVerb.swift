// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Control
import Glibc
import Processes

/// `nacre drain`.
enum DrainVerb: Verb {
    static let description = CommandDescription(
        "drain",
        abstract:
            "Lets the daemon begin nothing more, while what runs goes on; for an upgrade or the machine's restart.",
        discussion: """
            Pushes are still taken in, approvals may still be given; what follows from them waits. It holds for the next \
            daemon too, until `nacre drain --undo`.
            """,
        options: [
            OptionDescription(flag: "wait", help: "return when nothing runs any more"),
            OptionDescription("timeout", value: "TIME", help: "with --wait: give up after 90s, 10m, 2h; exit code 7"),
            OptionDescription(flag: "undo", help: "begin again, with what has waited"),
            OptionDescription(flag: "status", help: "change nothing, tell how it stands"),
            OptionDescription(flag: "json", help: "write JSON"),
        ],
        examples: [
            CommandDescription.Example("nacre drain --wait --timeout 1h", "before the machine is restarted"),
            CommandDescription.Example("nacre drain --undo", "afterwards"),
        ]
    )

    /// How often is looked whether anything runs.
    private static let intervalMilliseconds: UInt32 = 200

    static func audit(of arguments: ParsedArguments) -> VerbAudit? { nil }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let seconds = try arguments.seconds("timeout")
        if arguments.flag("undo"), arguments.flag("wait") || arguments.flag("status") {
            throw arguments.error("undo", "stands alone")
        }
        if seconds != nil, !arguments.flag("wait") { throw arguments.error("timeout", "needs --wait") }
        if arguments.flag("undo") {
            let report = try ask(.undrain, context)
            try show(report, arguments, context)
            return .success
        }
        var report = try ask(arguments.flag("status") ? .drainStatus : .drain, context)
        let end = seconds.map { MonotonicClock.milliseconds() + Int64($0) * 1000 }
        var told: DrainReport?
        while arguments.flag("wait"), !report.isIdle {
            if let end, MonotonicClock.milliseconds() >= end {
                try show(report, arguments, context)
                return .timedOut
            }
            if !arguments.flag("json"), told?.builds != report.builds || told?.actions != report.actions {
                context.tell(text(report))
                told = report
            }
            usleep(intervalMilliseconds * 1000)
            report = try ask(.drainStatus, context)
            guard report.isDraining || arguments.flag("status") else {
                throw VerbError(.failed, "the drain was undone by somebody else meanwhile")
            }
        }
        try show(report, arguments, context)
        return .success
    }

    private static func ask(_ request: CareRequest, _ context: VerbContext) throws -> DrainReport {
        guard case .care(.drain(let report)) = try context.ask(.care(request)) else {
            throw VerbError(.fault, "the daemon gave another answer than was asked for")
        }
        return report
    }

    private static func show(_ report: DrainReport, _ arguments: ParsedArguments, _ context: VerbContext) throws {
        if arguments.flag("json") { try context.writeJSON(report) } else { context.tell(text(report)) }
    }

    private static func text(_ report: DrainReport) -> String {
        let running = report.builds + report.actions
        let more = running.count > 5 ? ", …" : ""
        let names = running.prefix(5).joined(separator: ", ")
        let now = running.isEmpty ? "nothing runs" : "\(running.count) run: \(names)\(more)"
        let builds = report.waiting == 1 ? "1 build waits" : "\(report.waiting) builds wait"
        guard report.isDraining else { return "the daemon is not being drained; \(now), \(builds)" }
        let since = report.since.map { " since \($0)" } ?? ""
        let person = report.by.map { " by \($0)" } ?? ""
        return "the daemon is being drained\(since)\(person): \(now), \(builds)"
    }
}
