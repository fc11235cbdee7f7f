// SPDX-License-Identifier: Apache-2.0

internal import Journals
internal import Pipelines

/// A source action on an object of a bucket.
struct ObjectSource: Sendable {
    let pipeline: String
    let action: ActionDeclaration
    let bucket: String
    let key: String
    /// Why it starts its pipeline when the object changes, no rule that was applied being asked; nil: it does not.
    let detection: ExecutionTrigger.Kind?

    /// Nil when the action is of another kind, or lacks a key.
    init?(_ action: ActionDeclaration, of record: PipelineRecord) {
        guard action.type.category == "Source", action.type.provider == "S3",
            let bucket = action.configuration["S3Bucket"], let key = action.configuration["S3ObjectKey"]
        else { return nil }
        pipeline = record.name
        self.action = action
        self.bucket = bucket
        self.key = key
        let polls = action.configuration["PollForSourceChanges"]?.lowercased() != "false"
        detection = record.assumesRules ? .cloudWatchEvent : polls ? .pollForSourceChanges : nil
    }
}
