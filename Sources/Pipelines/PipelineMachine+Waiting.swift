// SPDX-License-Identifier: Apache-2.0

/// What executions wait for.
extension PipelineMachine {
    /// When `woke` is due next, in milliseconds since 1970: the earliest deadline of what runs; nil: never.
    package var nextDeadline: Int64? { nil }

    /// What an execution waits for, one sentence each; empty for one that is over or unknown.
    package func waitReasons(of executionID: String) -> [String] { [] }
}
