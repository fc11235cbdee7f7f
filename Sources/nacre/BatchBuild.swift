// SPDX-License-Identifier: Apache-2.0

import Batches
import Builds
import CommandLines
import Diagnostics
import Files
import Glibc
import LocalBuilds
import WireWords

/// `nacre build --batch`.
enum BatchBuild {
    static func run(
        _ arguments: ParsedArguments,
        _ options: LocalBuildOptions,
        _ context: VerbContext
    ) throws -> ExitCode {
        if options.isInPlace {
            throw arguments.error("in-place", "cannot be used with `--batch`: each build needs a copy of its own")
        }
        let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let jobs = try arguments.integer("jobs", in: 1...1000) ?? cores
        var batchOptions = LocalBatchOptions(build: options, jobs: jobs)
        batchOptions.combinesArtifacts = arguments.flag("combine-artifacts")
        if batchOptions.combinesArtifacts, options.artifactsDirectory == nil {
            throw arguments.error("combine-artifacts", "needs a folder: add `--artifacts DIR`")
        }
        let isJSON = arguments.flag("json")
        let tellsOnly = arguments.flag("dry-run")
        let batch = LocalBatch(
            batchOptions,
            home: context.home,
            launcher: BuildLauncher(executable: try context.program("nacre-supervisor")),
            tell: { context.tell($0) }
        )
        if tellsOnly { return try explain(batch, isJSON: isJSON, context) }
        let outcome = try batch.run(output: isJSON ? STDERR_FILENO : STDOUT_FILENO)
        if isJSON { try context.writeJSON(outcome.batch) }
        context.errors.write(outcome.problems)
        for folder in outcome.keptFolders { context.tell("a build's folder is \(folder)") }
        summarize(outcome, context)
        return exitCode(outcome)
    }

    /// `--dry-run`: which builds there would be, and in what order they could start.
    private static func explain(_ batch: LocalBatch, isJSON: Bool, _ context: VerbContext) throws -> ExitCode {
        let explanation = try batch.explain()
        context.errors.write(explanation.problems)
        guard let plan = explanation.plan else {
            if let refusal = explanation.refusal { context.tell("\(refusal.statusCode): \(refusal.message)") }
            return .invalidFile
        }
        if isJSON {
            try context.writeJSON(plan)
            return .success
        }
        let table = TableFormatter(columns: [
            .init("BUILD"), .init("AFTER"), .init("OF", canShrink: true), .init("NOTE"),
        ])
        let rows = plan.items.map { item in
            let shard = item.shard.map { "shard \($0.index) of \($0.count)" }
            let note = [shard, item.ignoresFailure ? "failure ignored" : nil].compactMap { $0 }.joined(separator: "; ")
            return [item.identifier, item.dependsOn.joined(separator: " "), TerminalText.visible(item.summary), note]
        }
        context.output.write(table.text(rows))
        if plan.stopsAtFirstFailure { context.output.write("the first failure stops the others\n") }
        return .success
    }

    private static func exitCode(_ outcome: LocalBatch.Outcome) -> ExitCode {
        if outcome.plan == nil { return .invalidFile }
        switch outcome.batch.buildBatchStatus {
        case .succeeded, .inProgress: return .success
        case .failed: return .failed
        case .fault: return .fault
        case .stopped: return outcome.wasInterrupted ? .interrupted : .stopped
        case .timedOut: return .timedOut
        }
    }

    private static func summarize(_ outcome: LocalBatch.Outcome, _ context: VerbContext) {
        let batch = outcome.batch
        if let plan = outcome.plan {
            let table = TableFormatter(
                columns: [
                    .init("BUILD"), .init("STATUS"), .init("TOOK", isRightAligned: true), .init("OF", canShrink: true),
                    .init("REASON", canShrink: true),
                ]
            )
            let rows = zip(plan.items, batch.buildGroups).map { item, group in
                row(item, group, outcome.builds[item.identifier]?.last)
            }
            context.errors.write(table.text(rows))
        }
        var line = "batch \(batch.projectName)#\(batch.buildBatchNumber) \(batch.buildBatchStatus.rawValue)"
        if let end = batch.endTime {
            line += " in \(DurationText.text(milliseconds: end.milliseconds - batch.startTime.milliseconds))"
        }
        if let context = batch.phases.compactMap(\.contexts?.first).last(where: { !$0.message.isEmpty }) {
            line += ": \(context.statusCode): \(context.message)"
        }
        context.tell(line)
        if let combined = batch.artifacts {
            let files = combined.files == 1 ? "1 file" : "\(combined.files ?? 0) files"
            context.tell("combined artifacts: \(files), \(ByteText.text(combined.size ?? 0)), \(combined.location)")
        }
    }

    private static func row(_ item: BatchPlan.Item, _ group: BuildBatch.Group, _ build: Build?) -> [String] {
        var took = ""
        var reason = group.statusReason ?? ""
        if let build {
            if let end = build.endTime {
                took = DurationText.text(milliseconds: end.milliseconds - build.startTime.milliseconds)
            }
            if build.buildStatus != .succeeded, let phase = build.cause,
                let message = phase.contexts?.first?.message, !message.isEmpty
            {
                let first = message.split(separator: "\n").first ?? ""
                reason = "\(phase.phaseType.rawValue): \(first)"
            }
            if build.buildStatus != .succeeded, item.ignoresFailure { reason += " (ignored)" }
        }
        // AWS has no word for a build that was never made.
        let status = build?.buildStatus.rawValue ?? (group.statusReason == nil ? "FAULT" : "NOT STARTED")
        return [item.identifier, status, took, TerminalText.visible(item.summary), TerminalText.visible(reason)]
    }
}
