// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Diagnostics
import WireWords

/// Builds as a table for people.
enum BuildTable {
    private static func name(_ build: Build) -> String {
        let item = build.batchBuildIdentifier.map { " [\($0)]" } ?? ""
        return "\(build.projectName)#\(build.buildNumber)\(item)"
    }

    static func text(_ builds: [Build], _ context: VerbContext) -> String {
        let table = TableFormatter(
            columns: [
                .init("BUILD"), .init("STATUS"), .init("BRANCH", canShrink: true), .init("COMMIT"), .init("STARTED"),
                .init("TOOK", isRightAligned: true), .init("NOTE", canShrink: true),
            ],
            showsHeader: context.isTerminal
        )
        let now = Timestamp.now().milliseconds
        let rows = builds.map { build in
            let took = build.endTime.map {
                DurationText.text(milliseconds: $0.milliseconds - build.startTime.milliseconds)
            }
            let status = build.buildComplete ? build.buildStatus.rawValue : build.currentPhase.rawValue
            return [
                name(build), status, TerminalText.visible(build.pipelineExecution ?? build.sourceVersion ?? ""),
                String(build.resolvedSourceVersion?.prefix(8) ?? ""),
                RelativeTime.text(build.startTime.milliseconds, now: now),
                took ?? "", TerminalText.visible(note(build)),
            ]
        }
        return table.text(rows, width: context.isTerminal ? context.columns : nil)
    }

    private static func note(_ build: Build) -> String {
        let retry = build.autoRetryConfig.flatMap { $0.autoRetryNumber > 0 ? "retry \($0.autoRetryNumber)" : nil }
        return [retry, build.statusReason].compactMap { $0 }.joined(separator: "; ")
    }
}
