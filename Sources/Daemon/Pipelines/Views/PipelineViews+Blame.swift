// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Journals
internal import Pipelines

/// Lineage backwards: from what serves to where it came from.
extension PipelineViews {
    /// Executions in which the action is looked for that put something into a bucket.
    private static let executionLimit = 1_000

    /// What runs in an environment or lies in a bucket, and where it came from.
    /// - Throws: `notFound` where there is neither.
    func blame(_ place: String) async throws(ControlFailure) -> BlameView {
        let stores = stores
        let environment = try await thread.run { () throws(ControlFailure) in try stores.deployed(in: place) }
        if let environment { return try await view(of: environment) }
        let contents = try await thread.run { () throws(ControlFailure) in try stores.contents(of: place) }
        if let contents { return try await view(of: contents, in: place) }
        throw ControlFailure(
            .notFound,
            "there is neither an environment nor a bucket `\(place)`; see `nacre env list` and `nacre bucket list`"
        )
    }

    private func view(of environment: DefinitionStores.Deployed) async throws(ControlFailure) -> BlameView {
        var view = BlameView(kind: "environment", name: environment.name, state: environment.state, items: [])
        guard let version = environment.version else { return view }
        var item = BlameView.Item(name: "version \(version)")
        item.digest = environment.digest
        item.deployedAt = environment.since
        if let id = environment.execution {
            if let execution = await execution(id) {
                item.add(execution, action: environment.action)
            } else {
                item.note = "its execution \(environment.executionName ?? id) is not kept any more"
            }
        } else {
            item.note = "deployed by hand" + (environment.person.map { ", by \($0)" } ?? "")
        }
        view.items = [item]
        return view
    }

    private func view(
        of contents: DefinitionStores.Contents,
        in bucket: String
    ) async throws(ControlFailure) -> BlameView {
        // The journal does not know actions by their ids; those who deploy into buckets are few.
        let executions = try await pipelines.executions(ExecutionFilter(limit: Self.executionLimit))
        var owners: [String: PipelineExecution] = [:]
        for execution in executions {
            for action in execution.stages.flatMap(\.actions) where action.type.provider == "S3" {
                owners[action.id] = execution
            }
        }
        let items = contents.groups.map { group in
            let first = group.keys.first ?? ""
            var item = BlameView.Item(name: group.count == 1 ? first : "\(first) and \(group.count - 1) more")
            item.digest = group.digest
            item.deployedAt = group.at
            if let id = group.action, let execution = owners[id] {
                item.add(execution, action: id)
            } else {
                item.note = group.action == nil ? "put by hand" : "its execution is not kept any more"
            }
            return item
        }
        let count = contents.groups.reduce(0) { $0 + $1.count }
        let state = "\(count) \(count == 1 ? "object" : "objects")" + (contents.isWhole ? "" : ", and more")
        return BlameView(kind: "bucket", name: bucket, state: state, items: items)
    }
}
