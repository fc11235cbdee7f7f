// SPDX-License-Identifier: Apache-2.0

internal import Journals
internal import Pipelines

/// The names that people give to executions.
enum ExecutionName {
    /// The executions that a name may mean: `PIPELINE/NUMBER`, `PIPELINE/latest`, a UUID, or its first four digits or more.
    static func find(_ name: String, in journal: Journal) throws(JournalError) -> [PipelineExecution] {
        if let slash = name.lastIndex(of: "/") {
            let pipeline = String(name[..<slash])
            let rest = name[name.index(after: slash)...]
            if rest == "latest" { return try one(journal.latestExecution(of: pipeline)) }
            guard let number = Int64(rest) else { return [] }
            return try one(journal.execution(pipeline: pipeline, number: number))
        }
        if let found = try journal.execution(name) { return [found] }
        // Fewer characters would soon be ambiguous, and may be a pipeline's misspelt name.
        return name.utf8.count >= 4 ? try journal.executions(idPrefix: name) : []
    }

    private static func one(_ execution: PipelineExecution?) -> [PipelineExecution] {
        execution.map { [$0] } ?? []
    }
}
