// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Files
internal import JSON
internal import Pipelines

/// Pipelines and executions.
extension ControlSession {
    var pipelines: PipelineSession {
        PipelineSession(service: services.pipelines, journal: services.journal, person: connection.peer.user)
    }

    /// Answers with the execution, then sends a line after each change until it is over.
    func watchExecution(_ name: String) async throws(ControlFailure) {
        let report = try await pipelines.report(try await services.pipelines.execution(name))
        try await sendOrFail(.pipeline(.execution(report)))
        var last = ExecutionReport(report.execution, waitReasons: report.waitReasons)
        do throws(FileError) {
            for await execution in await services.pipelines.changes(of: report.execution.id) {
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
}
