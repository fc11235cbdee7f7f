// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Journals
internal import WireWords

extension BuildQueue.Entry {
    /// A build as the journal has it.
    init(_ record: BuildRecord) {
        let label = "\(record.id.project)#\(record.number)"
        guard let limit = SettingsText.read(record.settings).concurrentBuildLimit else {
            self.init(id: record.id.description, label: label)
            return
        }
        self.init(
            id: record.id.description,
            label: label,
            project: record.id.project,
            projectLimit: max(1, limit)
        )
    }
}
