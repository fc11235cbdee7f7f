// SPDX-License-Identifier: Apache-2.0

import Batches
import Builds
import CommandLines
import Diagnostics
import WireWords

/// Batches for people.
enum BatchText {
    /// A batch and its builds.
    static func text(_ batch: BuildBatch, _ builds: [Build]) -> String {
        var lines = [
            "\(batch.projectName)#batch\(batch.buildBatchNumber)  \(batch.buildBatchStatus.rawValue)",
            "  id        \(batch.id)",
        ]
        if let context = batch.phases.compactMap(\.contexts?.first).last(where: { !$0.message.isEmpty }) {
            lines.append("  note      \(context.statusCode): \(context.message)")
        }
        if let branch = batch.sourceVersion {
            lines.append("  source    \(branch) at \(batch.resolvedSourceVersion ?? "?")")
        }
        lines.append("  by        \(batch.initiator)")
        lines.append("  started   \(batch.startTime.text)")
        if let end = batch.endTime {
            lines.append(
                "  took      \(DurationText.text(milliseconds: end.milliseconds - batch.startTime.milliseconds))"
            )
        }
        lines.append("  phase     \(batch.currentPhase.rawValue)")
        lines.append("")
        let table = TableFormatter(
            columns: [.init("  ITEM"), .init("BUILD"), .init("STATUS"), .init("AFTER"), .init("NOTE")]
        )
        let rows = batch.buildGroups.map { group in
            row(group, builds.last { $0.batchBuildIdentifier == group.identifier })
        }
        return lines.map { TerminalText.visible($0) }.joined(separator: "\n") + "\n" + table.text(rows)
    }

    private static func row(_ group: BuildBatch.Group, _ build: Build?) -> [String] {
        let name = build.map { "\($0.projectName)#\($0.buildNumber)" } ?? ""
        let waits = group.statusReason == nil ? "WAITING" : "NOT STARTED"
        let note = [build?.statusReason, group.statusReason, group.ignoreFailure ? "failure ignored" : nil]
        return [
            "  \(group.identifier)", name, group.currentBuildSummary?.buildStatus.rawValue ?? waits,
            group.dependsOn.joined(separator: " "),
            TerminalText.visible(note.compactMap { $0 }.joined(separator: "; ")),
        ]
    }
}
