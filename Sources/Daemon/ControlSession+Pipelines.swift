// SPDX-License-Identifier: Apache-2.0

internal import Audits
internal import Control
internal import Files
internal import JSON
internal import Pipelines

/// Pipelines and executions.
extension ControlSession {
    /// How often what an execution waits for is looked at, as others may change that.
    private static let waitInterval = Duration.seconds(2)

    var pipelines: PipelineSession {
        PipelineSession(
            service: services.pipelines,
            journal: services.journal,
            artifacts: services.artifacts,
            person: connection.peer.user,
            approvers: services.settings.current.approvers
        )
    }

    /// Answers with the execution, then sends a line after each change until it is over or the client has gone.
    func watchExecution(_ name: String) async throws(ControlFailure) {
        let report = try await pipelines.report(try await services.pipelines.execution(name))
        try await sendOrFail(.pipeline(.execution(report)))
        var last = ExecutionReport(report.execution, waitReasons: report.waitReasons)
        do throws(FileError) {
            for await change in await changes(of: report.execution.id) {
                let execution = change ?? last.execution
                let reasons = await services.pipelines.waitReasons(execution)
                let report = ExecutionReport(execution, waitReasons: reasons)
                if report == last { continue }
                last = report
                guard let bytes = try? JSONText.encode(report) else { continue }
                try await connection.write(bytes + [UInt8(ascii: "\n")])
            }
        } catch {
            // The client has gone.
        }
    }

    /// The changes of an execution, with nil now and then, until it is over or the client has gone.
    private func changes(of execution: String) async -> AsyncStream<PipelineExecution?> {
        let (stream, continuation) = AsyncStream<PipelineExecution?>.makeStream(bufferingPolicy: .bufferingNewest(64))
        let changes = await services.pipelines.changes(of: execution)
        let connection = connection
        // All three end with the stream, which cancels them.
        let tasks = [
            Task {
                for await execution in changes { continuation.yield(execution) }
                continuation.finish()
            },
            Task {
                while !Task.isCancelled {
                    try? await Task.sleep(for: Self.waitInterval)
                    continuation.yield(nil)
                }
            },
            Task {
                // A client says nothing more; what comes is its end. An approval may wait for days after that.
                while let bytes = try? await connection.read(), !bytes.isEmpty {}
                continuation.finish()
            },
        ]
        continuation.onTermination = { @Sendable _ in
            for task in tasks { task.cancel() }
        }
        return stream
    }
}
