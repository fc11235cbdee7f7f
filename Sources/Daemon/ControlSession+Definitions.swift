// SPDX-License-Identifier: Apache-2.0

internal import Audits
internal import Control

/// Definitions, notifications and what is looked at before an approval.
extension ControlSession {
    /// Answers a request about definitions, or about what came of them.
    func answer(_ request: DefinitionRequest) async throws(ControlFailure) -> DefinitionAnswer {
        let definitions = services.definitions
        let person = connection.peer.user
        switch request {
        case .apply(let order): return .plan(try await definitions.apply(order, by: person))
        case .setSource(let repository, let path, let branch):
            return .sources(try await definitions.setSource(repository, path: path, branch: branch, by: person))
        case .listSources: return .sources(try await definitions.sources())
        case .map(let remote, let repository):
            return .mappings(try await definitions.map(remote, to: repository, by: person))
        case .listMappings: return .mappings(try await definitions.mappings())
        case .approval(let execution): return .approval(try await services.views.approval(of: execution))
        case .blame(let place): return .blame(try await services.views.blame(place))
        }
    }

    /// Adds to an answer about a pipeline why the definition that was pushed last is refused.
    func withProblems(_ answer: PipelineAnswer) async -> PipelineAnswer {
        guard case .pipeline(var report) = answer else { return answer }
        let sources = (try? await services.definitions.sources()) ?? []
        let source = sources.first { DefinitionService.origin(of: $0) == report.origin }
        guard let source, !source.problems.isEmpty else { return answer }
        let place = "\(source.path) of \(source.repository) is refused at \((source.commit ?? "").prefix(8))"
        report.definitionProblems = ["\(place):"] + source.problems
        return .pipeline(report)
    }

    /// Answers a request about notifications.
    func answer(_ request: NotificationRequest) async throws(ControlFailure) -> NotificationAnswer {
        let notifier = services.notifier
        switch request {
        case .add(let target): return .target(try await notifier.add(target, by: connection.peer.user))
        case .list: return .targets(await notifier.list())
        case .remove(let name): return .target(try await notifier.remove(name))
        case .test(let name): return .tested(failure: try await notifier.test(name))
        }
    }
}
