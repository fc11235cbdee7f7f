// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import JSON
internal import Journals

extension BuildStarter.Order {
    /// What the journal knows of a build that is to be started.
    static func read(
        _ record: BuildRecord,
        from journal: JournalStore,
        isStopped: @escaping @Sendable () -> Bool
    ) async throws(BuildStarter.Failure) -> BuildStarter.Order {
        do {
            var repository: RepositoryRecord?
            if let key = record.repository {
                repository = try await journal.use { journal throws(JournalError) in try journal.repository(key) }
            }
            var order = BuildStarter.Order(
                record: record,
                repository: repository,
                environment: try JSONText.decode([EnvironmentVariable].self, from: Array(record.environment.utf8)),
                isStopped: isStopped
            )
            if let text = record.inputs {
                let inputs = try JSONText.decode(ActionInputs.self, from: Array(text.utf8))
                order.inputs = inputs
                if inputs.sources.contains(where: { $0.size <= CloneReference.limitBytes }) {
                    order.repositories = try await journal.use { journal throws(JournalError) in
                        try journal.repositories()
                    }
                }
            }
            return order
        } catch {
            throw .fault("the build's record cannot be read: \(error)")
        }
    }
}
