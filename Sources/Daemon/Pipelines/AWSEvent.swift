// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import JSON
internal import Pipelines
internal import WireWords

/// Events as AWS's bus carries them, for rules to match.
enum AWSEvent {
    /// `CodeCommit Repository State Change`.
    static func change(of move: PipelineTriggers.Move) -> JSONValue {
        let isTag = move.ref.hasPrefix("refs/tags/")
        let name = move.ref.split(separator: "/", maxSplits: 2).last.map { String($0) } ?? move.ref
        var detail: [String: JSONValue] = [
            "event": .string(
                move.new == nil ? "referenceDeleted" : move.old == nil ? "referenceCreated" : "referenceUpdated"
            ),
            "repositoryName": .string(move.repository),
            "repositoryId": .string(move.repository),
            "referenceType": .string(isTag ? "tag" : "branch"),
            "referenceName": .string(name),
            "referenceFullName": .string(move.ref),
        ]
        if let new = move.new { detail["commitId"] = .string(move.commit ?? new) }
        if let old = move.old { detail["oldCommitId"] = .string(old) }
        return envelope(
            "CodeCommit Repository State Change",
            source: "aws.codecommit",
            resources: [AWSName.repository(move.repository)],
            at: Timestamp.now().milliseconds,
            detail: detail
        )
    }

    /// A state change of a pipeline, an execution's stage or action.
    static func announcement(_ announcement: PipelineAnnouncement, _ execution: PipelineExecution?) -> JSONValue {
        var detail: [String: JSONValue] = [
            "pipeline": .string(announcement.pipeline),
            "execution-id": .string(announcement.execution),
            "version": .number(String(announcement.version)),
            "state": .string(announcement.state),
        ]
        if let stage = announcement.stage { detail["stage"] = .string(stage) }
        if let action = announcement.action { detail["action"] = .string(action) }
        if let trigger = execution?.trigger {
            detail["execution-trigger"] = .object([
                "trigger-type": .string(trigger.kind.rawValue), "trigger-detail": .string(trigger.detail),
            ])
        }
        if announcement.subject == .action, let action = action(announcement, execution) {
            detail["region"] = .string(AWSName.region)
            detail["type"] = .object([
                "owner": .string(action.type.owner), "category": .string(action.type.category),
                "provider": .string(action.type.provider), "version": .string(action.type.version),
            ])
        }
        return envelope(
            announcement.subject.rawValue,
            source: "aws.codepipeline",
            resources: [AWSName.pipeline(announcement.pipeline)],
            at: announcement.at,
            detail: detail
        )
    }

    /// `Object Created` of a bucket.
    static func object(_ key: String, in bucket: String, version: String?) -> JSONValue {
        var object: [String: JSONValue] = ["key": .string(key)]
        if let version { object["version-id"] = .string(version) }
        return envelope(
            "Object Created",
            source: "aws.s3",
            resources: [AWSName.bucket(bucket)],
            at: Timestamp.now().milliseconds,
            detail: [
                "version": .string("0"), "bucket": .object(["name": .string(bucket)]), "object": .object(object),
                "reason": .string("PutObject"),
            ]
        )
    }

    /// The same as CloudTrail tells it, which older rules match.
    static func objectCall(_ key: String, in bucket: String) -> JSONValue {
        envelope(
            "AWS API Call via CloudTrail",
            source: "aws.s3",
            resources: [],
            at: Timestamp.now().milliseconds,
            detail: [
                "eventSource": .string("s3.amazonaws.com"), "eventName": .string("PutObject"),
                "requestParameters": .object(["bucketName": .string(bucket), "key": .string(key)]),
                "resources": .array([
                    .object(["type": .string("AWS::S3::Object"), "ARN": .string("\(AWSName.bucket(bucket))/\(key)")])
                ]),
            ]
        )
    }

    private static func action(
        _ announcement: PipelineAnnouncement,
        _ execution: PipelineExecution?
    ) -> ActionExecution? {
        guard let id = announcement.actionID else { return nil }
        return execution?.stages.lazy.flatMap(\.actions).first { $0.id == id }
    }

    private static func envelope(
        _ detailType: String,
        source: String,
        resources: [String],
        at: Int64,
        detail: [String: JSONValue]
    ) -> JSONValue {
        .object([
            "version": .string("0"),
            "id": .string(BuildID.make(project: "event").uuid),
            "detail-type": .string(detailType),
            "source": .string(source),
            "account": .string(AWSName.account),
            "time": .string("\(Timestamp(milliseconds: at).text.prefix(19))Z"),
            "region": .string(AWSName.region),
            "resources": .array(resources.map { .string($0) }),
            "detail": .object(detail),
        ])
    }
}
