// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Environments
internal import Pipelines

/// Lineage backwards: from what serves to where it came from.
extension PipelineViews {
    /// What runs in an environment or lies in a bucket, and where it came from.
    /// - Throws: `notFound` where there is neither.
    func blame(_ place: String) async throws(ControlFailure) -> BlameView {
        if let report = try await environment(place) { return await view(of: report) }
        throw ControlFailure(.notFound, "there is neither an environment nor a bucket `\(place)`")
    }

    private func environment(_ name: String) async throws(ControlFailure) -> EnvironmentReport? {
        let environments = EnvironmentStore(stores.home.environments)
        do throws(EnvironmentsError) {
            return try await thread.run { () throws(EnvironmentsError) in
                try environments.settings(name) == nil ? nil : try environments.report(name)
            }
        } catch {
            throw ControlFailure(.fault, error.message)
        }
    }

    private func view(of report: EnvironmentReport) async -> BlameView {
        var items: [BlameView.Item] = []
        if let running = report.state.running, report.desired?.runs ?? false {
            let provenance = running.provenance
            var item = BlameView.Item(name: running.version)
            item.digest = provenance.artifactDigest
            item.deployedAt = running.since
            if let id = provenance.executionID {
                if let execution = await execution(id) {
                    item.add(execution, action: provenance.actionID)
                } else {
                    item.pipeline = provenance.pipeline
                    item.execution = id
                    item.stage = provenance.stage
                    item.action = provenance.action
                    item.note = "its execution \(provenance.execution ?? id) is gone, with its pipeline"
                }
            } else {
                item.note = "it was not deployed by a pipeline"
            }
            items.append(item)
        }
        return BlameView(
            kind: "environment",
            name: report.settings.name,
            state: "\(report.state.status.rawValue), \(report.state.health.rawValue), \(report.settings.url)",
            items: items
        )
    }
}
