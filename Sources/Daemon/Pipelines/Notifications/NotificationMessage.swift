// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Control
internal import Events
internal import JSON
internal import Pipelines

/// What a target of notifications gets.
///
/// The JSON has `text` for people (chat services show it), `event`, which is AWS's state-change event, `approval`, which is what
/// AWS sends of an approval that waits, and `sources`: the commits of the execution.
struct NotificationMessage: Sendable, Hashable, Codable {
    var reason: NotificationReason
    /// One or two sentences.
    var text: String
    /// JSON.
    var body: String
    /// What a command finds in its environment.
    var variables: [String: String]

    /// The message of an announcement.
    /// - Parameters:
    ///   - announcement: what happened.
    ///   - reason: why it is told.
    ///   - execution: as it is now; nil where it is not known any more.
    init(_ announcement: PipelineAnnouncement, _ reason: NotificationReason, execution: PipelineExecution?) {
        let approval = Self.approval(announcement, execution)
        self.reason = reason
        text = Self.text(announcement, reason, execution, approval)
        var members: [String: JSONValue] = [
            "text": .string(text),
            "reason": .string(reason.rawValue),
            "event": PipelineEvents.announcement(announcement, of: execution),
            "sources": .array(Self.sources(execution)),
        ]
        if reason == .waiting {
            members["region"] = .string(AWSName.region)
            members["approval"] = approval.map { Self.approvalBody($0, announcement) } ?? .null
        }
        body = Self.json(members)
        variables = [
            "NACRE_EVENT": reason.rawValue,
            "NACRE_TEXT": text,
            "NACRE_PIPELINE": announcement.pipeline,
            "NACRE_EXECUTION": "\(announcement.pipeline)/\(announcement.executionNumber)",
            "NACRE_EXECUTION_ID": announcement.execution,
            "NACRE_STATE": announcement.state,
        ]
        variables["NACRE_STAGE"] = announcement.stage
        variables["NACRE_ACTION"] = announcement.action
    }

    /// A message about something else than an execution.
    init(_ reason: NotificationReason, text: String, detailType: String, detail: [String: JSONValue]) {
        self.reason = reason
        self.text = text
        let event = PipelineEvents.envelope().event(
            source: "aws.codepipeline",
            type: detailType,
            resources: [],
            detail: detail
        )
        body = Self.json([
            "text": .string(text), "reason": .string(reason.rawValue), "event": event, "sources": .array([]),
        ])
        variables = ["NACRE_EVENT": reason.rawValue, "NACRE_TEXT": text]
    }

    /// The message of `nacre notify test`.
    static func test(of target: String) -> NotificationMessage {
        NotificationMessage(
            .started,
            text: "This is a test of the notifications `\(target)` of Nacre; nothing has happened.",
            detailType: "Nacre Notification Test",
            detail: ["target": .string(target)]
        )
    }

    // MARK: - Texts

    private static func text(
        _ announcement: PipelineAnnouncement,
        _ reason: NotificationReason,
        _ execution: PipelineExecution?,
        _ approval: ActionExecution?
    ) -> String {
        let label = "\(announcement.pipeline)/\(announcement.executionNumber)"
        let place = [announcement.stage, announcement.action].compactMap { $0 }.joined(separator: "/")
        let told = (announcement.text ?? "").isEmpty ? "" : ": \(announcement.text ?? "")"
        let origin = (execution.map { sourceLine($0) } ?? "")
        switch reason {
        case .waiting:
            let custom = approval?.resolvedConfiguration["CustomData"] ?? ""
            let question = custom.isEmpty ? "" : " \"\(custom)\""
            return "\(label) waits for approval at \(place).\(question)\(origin) Answer: nacre approve \(label)"
        case .failed:
            let failure = execution.flatMap(failure) ?? (place.isEmpty ? told : " at \(place)\(told)")
            return "\(label) failed\(failure).\(origin)"
        case .recovered: return "\(label) succeeded; the execution before it had failed.\(origin)"
        case .succeeded: return "\(label) succeeded.\(origin)"
        case .started: return "\(label) has started.\(origin)"
        case .superseded: return "\(label) was superseded by a newer execution.\(origin)"
        }
    }

    /// Where and why an execution has failed, by the first action that did.
    private static func failure(of execution: PipelineExecution) -> String? {
        for stage in execution.stages where stage.status == .failed {
            let names = Set(stage.actions.map(\.name))
            for action in stage.actions where names.contains(action.name) && action.status == .failed {
                guard stage.latest(action.name)?.id == action.id else { continue }
                let message = action.failure.map { ": \($0.message)" } ?? ""
                return " at \(stage.name)/\(action.name)\(message)"
            }
            return " at \(stage.name)"
        }
        return nil
    }

    private static func sourceLine(_ execution: PipelineExecution) -> String {
        let parts = execution.revisions.sorted { $0.key < $1.key }.map { action, revision in
            let author = revision.author.map { " by \($0)" } ?? ""
            let summary = revision.summary.isEmpty ? "" : " \"\(revision.summary)\""
            return "\(action) at \(revision.id.prefix(8))\(summary)\(author)"
        }
        return parts.isEmpty ? "" : " Sources: \(parts.joined(separator: "; "))."
    }

    // MARK: - JSON

    private static func approval(
        _ announcement: PipelineAnnouncement,
        _ execution: PipelineExecution?
    ) -> ActionExecution? {
        guard let id = announcement.actionID else { return nil }
        return execution?.stages.lazy.flatMap(\.actions).first { $0.id == id }
    }

    /// What AWS publishes to the topic of an approval's `NotificationArn`.
    private static func approvalBody(_ action: ActionExecution, _ announcement: PipelineAnnouncement) -> JSONValue {
        let configuration = action.resolvedConfiguration
        return .object([
            "pipelineName": .string(announcement.pipeline),
            "stageName": .string(announcement.stage ?? ""),
            "actionName": .string(action.name),
            "token": .string(action.token ?? ""),
            // AWS writes minutes, `2016-07-07T20:22Z`.
            "expires": action.deadline.map {
                .string("\(Timestamp(milliseconds: $0).text.prefix(16))Z")
            } ?? .null,
            "externalEntityLink": configuration["ExternalEntityLink"].map { .string($0) } ?? .null,
            "approvalReviewLink": .null,
            "customData": .string(configuration["CustomData"] ?? ""),
        ])
    }

    private static func sources(_ execution: PipelineExecution?) -> [JSONValue] {
        (execution?.revisions ?? [:]).sorted { $0.key < $1.key }.map { action, revision in
            .object([
                "actionName": .string(action),
                "revisionId": .string(revision.id),
                "revisionSummary": .string(revision.summary),
                "author": revision.author.map { .string($0) } ?? .null,
            ])
        }
    }

    private static func json(_ members: [String: JSONValue]) -> String {
        String(decoding: JSONText.bytes(of: .object(members)), as: UTF8.self)
    }
}
