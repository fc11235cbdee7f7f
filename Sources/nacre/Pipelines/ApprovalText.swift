// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Control
import Diagnostics
import Pipelines

/// What a person sees before answering an approval.
enum ApprovalText {
    static func text(_ approval: WaitingApproval, _ context: VerbContext) throws -> String {
        let execution = approval.report.execution
        let now = Timestamp.now().milliseconds
        var lines = ["\(approval.stage)/\(approval.action.name) of \(execution.label) waits for an answer"]
        lines.append("  since     \(RelativeTime.text(approval.action.startedAt, now: now))")
        if let deadline = approval.action.deadline {
            lines.append("  expires   \(RelativeTime.text(deadline, now: now))")
        }
        for name in execution.sourceNames(approval.report.definition) {
            guard let revision = execution.revisions[name] else { continue }
            let author = revision.author.map { ", \($0)" } ?? ""
            lines.append("  source    \(name) \(ActionText.short(revision)) \(revision.summary.firstLine)\(author)")
        }
        if let text = approval.action.resolvedConfiguration["CustomData"] {
            let parts = text.split(whereSeparator: \.isNewline)
            lines += parts.enumerated().map { ($0 == 0 ? "  says      " : "            ") + $1 }
        }
        if let link = approval.action.resolvedConfiguration["ExternalEntityLink"] {
            lines.append("  see       \(link)")
        }
        return lines.map { TerminalText.visible($0) + "\n" }.joined()
    }
}
