// SPDX-License-Identifier: Apache-2.0

internal import Buckets
internal import Builds
internal import Events
internal import JSON
internal import Pipelines
internal import WireWords

/// What happens here, as AWS's bus tells it to rules.
enum PipelineEvents {
    /// A ref has moved.
    static func change(_ move: PipelineTriggers.Move) -> JSONValue {
        CodeCommitEvent(
            repository: move.repository,
            ref: move.ref,
            oldCommit: move.old,
            newCommit: move.new.map { move.commit ?? $0 }
        ).json(envelope())
    }

    /// An execution, a stage or an action has changed.
    static func announcement(_ announcement: PipelineAnnouncement, of execution: PipelineExecution?) -> JSONValue {
        var event = PipelineStateEvent(
            pipeline: announcement.pipeline,
            execution: announcement.execution,
            version: announcement.version,
            state: announcement.state
        )
        event.detailType = announcement.subject.rawValue
        event.stage = announcement.stage
        event.action = announcement.action
        event.actionID = announcement.actionID
        event.triggerType = execution?.trigger.kind.rawValue
        event.triggerDetail = execution?.trigger.detail
        if announcement.state == "STOPPING" { event.stopReason = announcement.text }
        let action = execution?.stages.lazy.flatMap(\.actions).first { $0.id == announcement.actionID }
        if let action {
            event.actionType = PipelineStateEvent.ActionType(
                category: action.type.category,
                owner: action.type.owner,
                provider: action.type.provider,
                version: action.type.version
            )
            event.result["external-execution-id"] = action.output.externalID
            event.result["external-execution-summary"] = action.output.summary
            event.result["external-execution-url"] = action.output.externalURL
            event.result["error-code"] = action.failure?.code.rawValue
        }
        return event.json(envelope(at: announcement.at))
    }

    /// An object was put, as EventBridge and as CloudTrail tell it.
    static func objectCreated(_ change: BucketChange) -> [JSONValue] {
        let event = S3ObjectEvent(
            bucket: change.bucket,
            key: change.key,
            versionID: change.versionID,
            etag: change.etag ?? "",
            size: change.size ?? 0,
            sequence: change.sequence
        )
        return [event.json(envelope(at: change.at)), event.apiCall(envelope(at: change.at))]
    }

    /// A rule's time has come.
    static func tick(of rule: PipelineTriggers.Rule, at instant: Int64) -> JSONValue {
        envelope(at: instant).event(source: "aws.events", type: "Scheduled Event", resources: [rule.arn], detail: [:])
    }

    /// What an event of this machine has around its detail.
    static func envelope(at instant: Int64 = Timestamp.now().milliseconds) -> EventEnvelope {
        EventEnvelope(id: PipelineService.makeID(), at: instant, account: AWSName.account, region: AWSName.region)
    }
}
