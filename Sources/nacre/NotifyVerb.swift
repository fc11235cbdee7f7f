// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Control
import Diagnostics
import Files

/// `nacre notify`.
enum NotifyVerb: Verb {
    private static let json = OptionDescription(flag: "json", help: "write JSON")
    private static let name = ArgumentDescription("NAME", help: "as `nacre notify list` shows it")

    static let description = CommandDescription(
        "notify",
        abstract: "Tells people and programs when a pipeline waits for an approval, fails or recovers.",
        discussion: """
            A target gets JSON: `text` for people (chat services show it), `event`, which is AWS's state-change event, and \
            for an approval `approval`, as AWS publishes it. A command reads it from its standard input and finds \
            NACRE_EVENT, NACRE_TEXT, NACRE_PIPELINE, NACRE_EXECUTION and NACRE_STATE in its environment; it runs as the \
            daemon's user and has 30 seconds. What does not arrive is tried five times, over restarts too.
            """,
        subcommands: [
            CommandDescription(
                "add",
                abstract: "Adds a target, or replaces the one of its name.",
                arguments: [ArgumentDescription("NAME", help: "letters, digits, `.`, `_`, `-`")],
                options: [
                    OptionDescription("command", value: "CMD", help: "run this line by `sh -c`"),
                    OptionDescription("webhook", value: "URL", help: "send it to this address by POST"),
                    OptionDescription("pipeline", value: "NAME", help: "only of this pipeline (default: of all)"),
                    OptionDescription(
                        "on",
                        value: "REASON,…",
                        default: NotificationReason.standard.map(\.rawValue).joined(separator: ","),
                        help:
                            "what it is told of: \(NotificationReason.allCases.map(\.rawValue).joined(separator: ", "))"
                    ),
                    json,
                ],
                examples: [
                    CommandDescription.Example(
                        "nacre notify add chat --webhook https://hooks.slack.com/services/…",
                        "tell a channel"
                    ),
                    CommandDescription.Example(
                        "nacre notify add mail --command 'mail -s \"$NACRE_TEXT\" team@example.org' --on waiting",
                        "ask for approvals by mail"
                    ),
                ]
            ),
            CommandDescription("list", abstract: "Lists the targets, and how their deliveries went.", options: [json]),
            CommandDescription(
                "remove",
                abstract: "Removes a target, and what it has not been told yet.",
                arguments: [name],
                options: [json]
            ),
            CommandDescription(
                "test",
                abstract: "Sends a target a test at once, and says whether it arrived.",
                arguments: [name]
            ),
        ]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? { nil }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        switch arguments.path.last {
        case "add":
            let target = try target(arguments)
            try showOne(try context.ask(.notification(.add(target))), arguments, context) {
                "\($0.name) is told from now on; try it: nacre notify test \($0.name)"
            }
        case "remove":
            let answer = try context.ask(.notification(.remove(name: arguments.required("NAME"))))
            try showOne(answer, arguments, context) { "\($0.name) is no longer told" }
        case "test":
            let name = arguments.required("NAME")
            guard case .notification(.tested(let failure)) = try context.ask(.notification(.test(name: name))) else {
                return .fault
            }
            if let failure { throw VerbError(.failed, "the test of \(name) did not arrive: \(failure)") }
            context.tell("the test of \(name) has arrived")
        default:
            guard case .notification(.targets(let views)) = try context.ask(.notification(.list)) else { return .fault }
            if arguments.flag("json") { try context.writeJSON(views) } else { showTable(views, context) }
        }
        return .success
    }

    private static func target(_ arguments: ParsedArguments) throws -> NotificationTarget {
        let way: NotificationTarget.Way
        switch (arguments.string("command"), arguments.string("webhook")) {
        case (let line?, nil): way = .command(line)
        case (nil, let address?): way = .webhook(address)
        default: throw arguments.error("command", "or '--webhook' must be given, one of them")
        }
        var reasons = NotificationReason.standard
        if let text = arguments.string("on") {
            reasons = try text.split(separator: ",").map { word throws(UsageError) in
                guard let reason = NotificationReason(rawValue: String(word)) else {
                    let known = NotificationReason.allCases.map(\.rawValue).joined(separator: ", ")
                    throw arguments.error("on", "must be some of \(known), not '\(word)'")
                }
                return reason
            }
        }
        return NotificationTarget(
            name: arguments.required("NAME"),
            way: way,
            pipeline: arguments.string("pipeline"),
            reasons: reasons
        )
    }

    private static func showOne(
        _ answer: ControlAnswer,
        _ arguments: ParsedArguments,
        _ context: VerbContext,
        _ sentence: (NotificationTarget) -> String
    ) throws {
        guard case .notification(.target(let view)) = answer else { return }
        if arguments.flag("json") { return try context.writeJSON(view) }
        context.tell(sentence(view.target))
    }

    private static func showTable(_ views: [NotificationView], _ context: VerbContext) {
        let table = TableFormatter(
            columns: [
                .init("NAME"), .init("PIPELINE"), .init("ON"), .init("HOW", canShrink: true), .init("STATE"),
            ],
            showsHeader: context.isTerminal
        )
        let rows = views.map { view in
            [
                view.target.name, view.target.pipeline ?? "all",
                view.target.reasons.map(\.rawValue).joined(separator: ","), way(view.target.way), state(view),
            ]
        }
        context.output.write(table.text(rows))
    }

    /// An address may hold a token behind its host; `--json` shows all of it.
    private static func way(_ way: NotificationTarget.Way) -> String {
        switch way {
        case .command(let line): return line
        case .webhook(let address):
            let parts = address.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true)
            guard parts.count == 3 else { return address }
            let host = parts[1].split(separator: "@").last ?? ""
            return "\(parts[0])//\(host)/…"
        }
    }

    private static func state(_ view: NotificationView) -> String {
        let now = Timestamp.now().milliseconds
        var parts: [String] = []
        if let failure = view.failure {
            let when = view.failedAt.map { ", \(RelativeTime.text($0, now: now))" } ?? ""
            parts.append("failed\(when): \(failure)")
        } else if let at = view.deliveredAt {
            parts.append("delivered \(RelativeTime.text(at, now: now))")
        } else {
            parts.append("nothing told yet")
        }
        if view.pending > 0 { parts.append("\(view.pending) waiting") }
        if view.lost > 0 { parts.append("\(view.lost) given up") }
        return parts.joined(separator: "; ")
    }
}
