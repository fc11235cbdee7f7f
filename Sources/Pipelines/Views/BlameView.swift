// SPDX-License-Identifier: Apache-2.0

/// What serves in one place, and where it came from.
///
/// Instants are milliseconds since 1970, UTC.
package struct BlameView: Sendable, Hashable, Codable {
    /// One thing that is there.
    package struct Item: Sendable, Hashable, Codable {
        /// What: an application's version, an object's key.
        package var name: String
        /// SHA-256 of what was deployed; nil where that is not known.
        package var digest: String?
        package var deployedAt: Int64?
        /// Of the execution; nil where it was put there by hand.
        package var pipeline: String?
        package var execution: String?
        package var number: Int64?
        package var stage: String?
        package var action: String?
        package var trigger: ExecutionTrigger?
        /// By source action.
        package var revisions: [String: SourceRevision]
        /// Who let it pass, in the order of the answers.
        package var approvals: [Approval]
        /// All artifacts of the execution.
        package var artifacts: [ArtifactReference]
        /// Why some of this is not known.
        package var note: String?

        package init(name: String) {
            self.name = name
            revisions = [:]
            approvals = []
            artifacts = []
        }
    }

    /// An approval that was given.
    package struct Approval: Sendable, Hashable, Codable {
        package var stage: String
        package var action: String
        package var record: ApprovalRecord

        package init(stage: String, action: String, record: ApprovalRecord) {
            self.stage = stage
            self.action = action
            self.record = record
        }
    }

    /// `environment`, `bucket`, `deployment group`.
    package var kind: String
    package var name: String
    /// How it stands, in the words of its kind.
    package var state: String
    package var items: [Item]

    package init(kind: String, name: String, state: String, items: [Item]) {
        self.kind = kind
        self.name = name
        self.state = state
        self.items = items
    }
}

extension BlameView.Item {
    /// Fills in what an execution tells.
    package mutating func add(_ execution: PipelineExecution, action id: String?) {
        pipeline = execution.pipeline
        self.execution = execution.id
        number = execution.number
        trigger = execution.trigger
        revisions = execution.revisions
        let attempts = execution.stages.flatMap(\.actions)
        // What came after the deployment has not let it happen.
        let deployed = attempts.first { $0.id == id }?.startedAt ?? .max
        let later = Set(attempts.filter { $0.startedAt > deployed }.flatMap(\.output.artifacts).map(\.key))
        artifacts = execution.artifacts.values.filter { !later.contains($0.key) }.sorted { $0.name < $1.name }
        for stage in execution.stages {
            for attempt in stage.actions {
                if attempt.id == id {
                    self.stage = stage.name
                    action = attempt.name
                }
                if let record = attempt.approval, record.isApproved, record.at <= deployed {
                    approvals.append(BlameView.Approval(stage: stage.name, action: attempt.name, record: record))
                }
            }
        }
    }
}
