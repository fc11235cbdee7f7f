// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Control
internal import Digests
internal import JSON
internal import Pipelines

/// What is put on record of a request that changes something.
///
/// Every request is named here, so that a new one has to be decided about.
struct AuditedRequest: Sendable, Hashable {
    let action: String
    let subject: String
    /// Never a value of a variable, an address or a command: there may be secrets in it.
    let details: [String: String]
    /// Whether it only stops or frees something: then it is done even if it cannot be put on record, as on a full disk.
    let isRelief: Bool

    /// Nil for a request that changes nothing.
    init?(_ request: ControlRequest) {
        switch request {
        case .ping, .listRepositories, .listBuilds, .showBuild, .readLog, .watchBuild, .bucketsChanged, .observation:
            return nil
        case .createRepository(let name, let branches):
            self.init("repository.create", name, ["branches": branches.joined(separator: ",")])
        case .addRepository(let path, let name, let branches, let installsHooks):
            let details = ["path": path, "branches": branches.joined(separator: ","), "hooks": "\(installsHooks)"]
            self.init("repository.add", name ?? path, details)
        case .removeRepository(let name): self.init("repository.remove", name)
        case .setRepository(let name, let settings):
            self.init("repository.set", name, ["settings": Self.json(settings)])
        case .stopBuild(let build): self.init("build.stop", build, isRelief: true)
        case .pipeline(let request): self.init(request)
        case .definition(let request): self.init(request)
        case .notification(let request): self.init(request)
        case .retention(.collect(isDryRun: true, _)), .care(.drainStatus): return nil
        case .retention(.collect(_, let project)): self.init("retention.collect", project ?? "", isRelief: true)
        case .care(.drain): self.init("daemon.drain", "", isRelief: true)
        case .care(.undrain): self.init("daemon.undrain", "")
        }
    }

    private init?(_ request: PipelineRequest) {
        switch request {
        case .list, .show, .showExecution, .listExecutions, .watch, .approvals: return nil
        case .start(let pipeline, let revisions, let variables, let token):
            var details = ["variables": variables.keys.sorted().joined(separator: ",")]
            for (source, revision) in revisions { details["revision.\(source)"] = revision }
            if let token { details["token"] = token }
            self.init("pipeline.start", pipeline, details)
        case .delete(let pipeline): self.init("pipeline.delete", pipeline)
        case .setTransition(let pipeline, let stage, let isEnabled, let reason):
            self.init(
                isEnabled ? "transition.enable" : "transition.disable",
                "\(pipeline)/\(stage)",
                ["reason": reason],
                isRelief: !isEnabled
            )
        case .rollback(let pipeline, let stage, let target):
            self.init("stage.rollback", "\(pipeline)/\(stage)", target.map { ["target": $0] } ?? [:])
        case .stop(let execution, let abandons, let reason):
            self.init("execution.stop", execution, ["abandon": "\(abandons)", "reason": reason], isRelief: true)
        case .retry(let execution, let stage, let mode):
            self.init("stage.retry", execution, ["stage": stage ?? "", "mode": mode.rawValue])
        case .overrideCondition(let execution, let stage, let kind):
            self.init("condition.override", execution, ["stage": stage, "condition": kind.rawValue])
        case .answerApproval(let execution, let stage, let action, _, let isApproved, let comment):
            // Not even a refusal is given without a record: who decided what is the point of an approval.
            self.init(
                isApproved ? "approval.approve" : "approval.reject",
                execution,
                ["stage": stage, "action": action, "comment": comment]
            )
        }
    }

    private init?(_ request: DefinitionRequest) {
        switch request {
        case .listSources, .listMappings, .approval, .blame: return nil
        case .apply(let order) where order.isDryRun: return nil
        case .apply(let order):
            let parameters = order.parameters.keys.sorted().joined(separator: ",")
            var details = ["prune": "\(order.prunes)", "parameters": parameters]
            if let stack = order.stack { details["stack"] = stack }
            for file in order.files { details["sha256.\(file.name)"] = SHA256Digest(of: Array(file.text.utf8)).hex }
            self.init("definition.apply", order.files.map(\.name).joined(separator: ","), details)
        case .setSource(let repository, let path, let branch):
            self.init("definition.source", repository, ["path": path ?? "", "branch": branch])
        case .map(let remote, let repository):
            self.init("repository.map", Self.withoutCredentials(remote), ["repository": repository ?? ""])
        }
    }

    private init?(_ request: NotificationRequest) {
        switch request {
        case .list: return nil
        case .add(let target):
            let how =
                switch target.way {
                case .command: "command"
                case .webhook: "webhook"
                }
            let reasons = target.reasons.map(\.rawValue).joined(separator: ",")
            self.init("notification.add", target.name, ["how": how, "pipeline": target.pipeline ?? "", "on": reasons])
        case .remove(let name): self.init("notification.remove", name)
        case .test(let name): self.init("notification.test", name)
        }
    }

    private init(_ action: String, _ subject: String, _ details: [String: String] = [:], isRelief: Bool = false) {
        self.action = action
        self.subject = subject
        self.details = details.filter { !$0.value.isEmpty }
        self.isRelief = isRelief
    }

    /// An address may bring a name and a password.
    private static func withoutCredentials(_ address: String) -> String {
        guard let scheme = address.firstRange(of: "://"), let at = address[scheme.upperBound...].lastIndex(of: "@")
        else { return address }
        return String(address[..<scheme.upperBound]) + address[address.index(after: at)...]
    }

    private static func json(_ value: some Encodable) -> String {
        (try? JSONText.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
