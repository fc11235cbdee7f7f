// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Control
import Diagnostics
import Files
import Glibc
import Pipelines

/// What `nacre approve` and `nacre reject` do.
struct ApprovalDecision {
    static let discussion = """
        The waiting approval is found by itself; where several wait, they are listed, and --stage, --action or the execution's \
        name chooses one. With neither --comment nor --yes, on a terminal, it asks before it answers. An approval is answered \
        once: who comes later is told by whom and when, and gets exit code 1.
        """

    static let reference = ArgumentDescription(
        "EXECUTION",
        help: "PIPELINE/NUMBER, PIPELINE/latest, the beginning of a UUID, or a pipeline's name for what waits in it"
    )

    static let options = [
        OptionDescription("comment", "m", value: "TEXT", help: "why; kept with the answer, and shown to all who ask"),
        OptionDescription("stage", value: "STAGE", help: "the approval of this stage"),
        OptionDescription("action", value: "ACTION", help: "the approval of this name"),
        OptionDescription(flag: "yes", "y", help: "do not ask"),
        ExecutionArgument.wait,
        OptionDescription(flag: "json", help: "write the answer of put-approval-result"),
    ]

    private let isApproved: Bool
    private let arguments: ParsedArguments
    private let context: VerbContext

    init(isApproved: Bool, _ arguments: ParsedArguments, _ context: VerbContext) {
        self.isApproved = isApproved
        self.arguments = arguments
        self.context = context
    }

    func run() throws -> ExitCode {
        let reference = arguments.required("EXECUTION")
        let request = PipelineRequest.approvals(
            reference: reference,
            stage: arguments.string("stage"),
            action: arguments.string("action")
        )
        guard case .pipeline(.approvals(let waiting)) = try context.ask(.pipeline(request)) else { return .fault }
        guard let approval = waiting.first, waiting.count == 1 else {
            let lines = waiting.map { "  \(command($0))" }.joined(separator: "\n")
            throw VerbError(.usage, "\(waiting.count) approvals of \(reference) wait; choose one:\n\(lines)")
        }
        context.errors.write(try ApprovalText.text(approval, context))
        if try !isWanted(approval) {
            context.tell("nothing was answered; \(approval.report.execution.label) waits on")
            return .failed
        }
        return try answer(approval)
    }

    private func answer(_ approval: WaitingApproval) throws -> ExitCode {
        let execution = approval.report.execution
        let report = try ExecutionArgument.ask(
            .answerApproval(
                execution: execution.id,
                stage: approval.stage,
                action: approval.action.name,
                token: approval.action.token ?? "",
                isApproved: isApproved,
                comment: arguments.string("comment") ?? ""
            ),
            context
        )
        if arguments.flag("json") {
            let answered = report.execution.stages.flatMap(\.actions).first { $0.id == approval.action.id }
            let time = answered?.approval?.at ?? report.execution.updatedAt
            try context.writeJSON(["approvedAt": EpochSeconds(milliseconds: time)])
        } else {
            let place = "\(approval.stage)/\(approval.action.name)"
            context.tell("\(place) of \(execution.label) is \(isApproved ? "approved" : "rejected")")
        }
        return try ExecutionArgument.waitIfAsked(report, arguments, context)
    }

    /// The command line that chooses one of several.
    private func command(_ approval: WaitingApproval) -> String {
        let verb = isApproved ? "approve" : "reject"
        return
            "nacre \(verb) \(approval.report.execution.label) --stage \(approval.stage) --action \(approval.action.name)"
    }

    /// Asks on a terminal where nothing else says that it is meant.
    private func isWanted(_ approval: WaitingApproval) throws -> Bool {
        if arguments.string("comment") != nil || arguments.flag("yes") { return true }
        guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return true }
        let verb = isApproved ? "Approve" : "Reject"
        let name = "\(approval.stage)/\(approval.action.name) of \(approval.report.execution.label)"
        context.errors.write("\(verb) \(TerminalText.visible(name))? [y/N] ")
        let line = readLine(strippingNewline: true) ?? ""
        return ["y", "yes"].contains(line.lowercased())
    }
}
