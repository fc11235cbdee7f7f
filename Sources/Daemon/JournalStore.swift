// SPDX-License-Identifier: Apache-2.0

package import Control
package import Journals

/// The journal behind a queue of its own: a commit waits for the disk, and nothing else waits with it.
package actor JournalStore {
    private let executor = SerialQueueExecutor(label: "nacre.journal")
    private let journal: Journal
    private var makeSpace: (@Sendable () -> Bool)?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// Opens the journal of a home, or makes one in a home that never had one.
    package init(_ home: Home) throws(JournalError) {
        journal = try Journal(path: home.database) { home.journalTrace }
    }

    /// What is done when a commit finds no space on the disk; it says whether there is some now.
    func whenFull(_ makeSpace: @escaping @Sendable () -> Bool) {
        self.makeSpace = makeSpace
    }

    /// Lends the journal; `body` must not keep it.
    package func use<Value: Sendable>(
        _ body: @Sendable (Journal) throws(JournalError) -> Value
    ) throws(JournalError) -> Value {
        do throws(JournalError) {
            return try body(journal)
        } catch {
            // At once, before anybody else takes the space; nothing was done by the first attempt.
            guard error.code == .diskFull, let makeSpace, makeSpace() else { throw error }
            return try body(journal)
        }
    }
}
