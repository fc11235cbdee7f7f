// SPDX-License-Identifier: Apache-2.0

internal import Journals
internal import Pipelines

/// What starts pipelines beside people.
extension PipelineService {
    /// Rules, projects or mappings were changed: they are read again.
    func projectsChanged() async {
        await definitionsChanged()
    }

    /// Pipelines were defined or removed.
    func definitionsChanged() async {
    }

    /// Starts the pipelines that rules start when this is announced.
    func startFollowers(of entry: OutboxEntry) async {
    }
}
