// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Journals
internal import Pipelines

/// Lineage backwards of what lies in buckets.
extension PipelineViews {
    /// Executions in which the action is looked for that put something into a bucket.
    private static let executionLimit = 1_000

    /// What lies in a bucket, by who has put it there; nil where there is no such bucket.
    func bucket(_ name: String) async throws(ControlFailure) -> BlameView? {
        let stores = stores
        let contents = try await thread.run { () throws(ControlFailure) in try stores.contents(of: name) }
        guard let contents else { return nil }
        return try await view(of: contents, in: name)
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
