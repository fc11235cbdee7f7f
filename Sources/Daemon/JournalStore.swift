// SPDX-License-Identifier: Apache-2.0

package import Journals

/// The journal behind a queue of its own: a commit waits for the disk, and nothing else waits with it.
package actor JournalStore {
    private let executor = SerialQueueExecutor(label: "nacre.journal")
    private let journal: Journal

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// Opens the journal of a home.
    package init(path: String) throws(JournalError) {
        journal = try Journal(path: path)
    }

    /// Lends the journal; `body` must not keep it.
    package func use<Value: Sendable>(
        _ body: @Sendable (Journal) throws(JournalError) -> Value
    ) throws(JournalError) -> Value {
        try body(journal)
    }
}
