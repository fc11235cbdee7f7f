// SPDX-License-Identifier: Apache-2.0

import Batches
import Builds
import CommandLines
import Control
import Files
import Glibc
import JSON
import Pipelines
import WireWords

/// The logs of an execution's actions, which are those of their builds.
struct ExecutionLogs {
    private static let batchIntervalMicroseconds: UInt32 = 300_000

    let context: VerbContext
    /// `ACTION` or `STAGE/ACTION`; nil: all.
    let action: String?

    /// An attempt that has a log.
    struct Entry: Encodable {
        var stageName: String
        var actionName: String
        var actionExecutionId: String
        var buildId: String
        /// The log's path.
        var file: String
    }

    /// Writes the logs of the last attempts, one after the other.
    func write(_ report: ExecutionReport) throws {
        let entries = try entries(report)
        for entry in entries {
            if entries.count > 1 { writeTitle(entry, isFirst: entry.actionExecutionId == entries[0].actionExecutionId) }
            try copy(entry, follows: false)
        }
    }

    /// Writes logs as they come, each action's whole before the next one's, until the execution is over.
    /// - Returns: how it has ended.
    func follow(_ report: ExecutionReport) throws -> PipelineExecution {
        try check(report)
        var client = try ControlClient(context.home)
        let request = PipelineRequest.watch(execution: report.execution.id)
        guard case .pipeline(.execution(var current)) = try client.ask(.pipeline(request)) else {
            throw VerbError(.fault, "the daemon's answer is not an execution")
        }
        var shown: Set<String> = []
        var pending: [UInt8] = []
        while true {
            current.definition = current.definition ?? report.definition
            for entry in found(current) where shown.insert(entry.actionExecutionId).inserted {
                if action == nil { writeTitle(entry, isFirst: shown.count == 1) }
                try copy(entry, follows: true)
            }
            while !pending.contains(UInt8(ascii: "\n")) {
                let bytes = try client.nextBytes()
                if bytes.isEmpty { return try over(current) }
                pending += bytes
            }
            let end = pending.firstIndex(of: UInt8(ascii: "\n")) ?? pending.startIndex
            current = try JSONText.decode(ExecutionReport.self, from: Array(pending[..<end]))
            pending.removeSubrange(...end)
        }
    }

    /// The attempts that have logs, in the order of their starts.
    /// - Throws: where an action is named that has none.
    func entries(_ report: ExecutionReport) throws -> [Entry] {
        try check(report)
        let entries = found(report)
        if entries.isEmpty {
            let what = action ?? "no action of it"
            let text = action == nil ? "has run a build yet" : "has run no build, which would have a log"
            throw VerbError(.notFound, "\(report.execution.label): \(what) \(text)")
        }
        return entries
    }

    private func found(_ report: ExecutionReport) -> [Entry] {
        report.execution.latestActions.compactMap { stage, attempt in
            guard isMeant(stage.name, attempt.name), let id = ActionText.build(of: attempt) else { return nil }
            return Entry(
                stageName: stage.name,
                actionName: attempt.name,
                actionExecutionId: attempt.id,
                buildId: id.description,
                file: context.home.build(id).log
            )
        }
    }

    private func isMeant(_ stage: String, _ name: String) -> Bool {
        action == nil || action == name || action == "\(stage)/\(name)"
    }

    /// Whether the pipeline has the action at all.
    private func check(_ report: ExecutionReport) throws {
        guard let action else { return }
        let declared = (report.definition?.stages ?? []).flatMap { stage in stage.actions.map { (stage.name, $0.name) }
        }
        let run = report.execution.latestActions.map { ($0.stage.name, $0.action.name) }
        if (declared + run).contains(where: { isMeant($0.0, $0.1) }) { return }
        var names: [String] = []
        for (_, name) in declared + run where !names.contains(name) { names.append(name) }
        throw VerbError(
            .notFound,
            "\(report.execution.label) has no action `\(action)`; it has \(names.joined(separator: ", "))"
        )
    }

    private func writeTitle(_ entry: Entry, isFirst: Bool) {
        context.output.write(
            "\(isFirst ? "" : "\n")==> \(entry.stageName)/\(entry.actionName) (\(entry.buildId)) <==\n"
        )
    }

    private func copy(_ entry: Entry, follows: Bool) throws {
        var shown: Set<String> = []
        do {
            _ = try context.ask(.showBuild(build: entry.buildId))
        } catch let failure as ControlFailure where failure.code == .notFound {
            return context.tell(
                "\(entry.stageName)/\(entry.actionName): retention has removed its build with its log, as it was too old "
                    + "or there were too many"
            )
        }
        while case .batch(let batch, let builds) = try context.ask(.showBuild(build: entry.buildId)) {
            let new = builds.filter { !shown.contains($0.id) }
            for build in new {
                shown.insert(build.id)
                let item = build.batchBuildIdentifier.map { " [\($0)]" } ?? ""
                context.output.write("--> \(build.projectName)#\(build.buildNumber)\(item) <--\n")
                try copy(build: build.id, follows: follows)
            }
            if !follows || batch.complete && new.isEmpty { return }
            // Its next builds begin when the daemon says so; there is no stream of that.
            if new.isEmpty { usleep(Self.batchIntervalMicroseconds) }
        }
        try copy(build: entry.buildId, follows: follows)
    }

    private func copy(build: String, follows: Bool) throws {
        var client = try ControlClient(context.home)
        guard case .stream(let shown) = try client.ask(.readLog(build: build, follows: follows)) else { return }
        if let removal = shown.removal {
            context.tell("\(shown.projectName)#\(shown.buildNumber): \(removal.sentence("its log was"))")
        }
        var output = LogOutput(context)
        while case let bytes = try client.nextBytes(), !bytes.isEmpty { output.write(bytes[...]) }
        output.finish()
    }

    private func over(_ report: ExecutionReport) throws -> PipelineExecution {
        if report.execution.status.isOver { return report.execution }
        throw VerbError(.unreachable, "the daemon has stopped; \(report.execution.label) goes on with the next one")
    }
}
