// SPDX-License-Identifier: Apache-2.0

/// The wish for an execution, all found out beforehand.
package struct ExecutionStart: Sendable, Hashable, Codable {
    /// A UUID.
    package var id: String
    package var number: Int64
    package var trigger: ExecutionTrigger
    /// By source action: what it is pinned to; absent where the head cannot be found, which then fails the action.
    package var revisions: [String: SourceRevision]
    /// What was given; the pipeline's defaults are added by the machine.
    package var variables: [String: String]

    package init(
        id: String,
        number: Int64,
        trigger: ExecutionTrigger,
        revisions: [String: SourceRevision] = [:],
        variables: [String: String] = [:]
    ) {
        self.id = id
        self.number = number
        self.trigger = trigger
        self.revisions = revisions
        self.variables = variables
    }
}
