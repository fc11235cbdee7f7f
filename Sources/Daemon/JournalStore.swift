// SPDX-License-Identifier: Apache-2.0

package import Journals

/// The journal behind a queue of its own: a commit waits for the disk, and nothing else waits with it.
package actor JournalStore {
    private let executor = SerialQueueExecutor(label: "nacre.journal")
    private let journal: Journal
    private var toldWhenFull: (@Sendable () -> Void)?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// Opens the journal of a home.
    package init(path: String) throws(JournalError) {
        journal = try Journal(path: path)
    }

    /// Whom to tell when a commit finds no space on the disk.
    func whenFull(_ tell: @escaping @Sendable () -> Void) {
        toldWhenFull = tell
    }

    /// Lends the journal; `body` must not keep it.
    package func use<Value: Sendable>(
        _ body: @Sendable (Journal) throws(JournalError) -> Value
    ) throws(JournalError) -> Value {
        do throws(JournalError) {
            return try body(journal)
        } catch {
            if error.code == .diskFull { toldWhenFull?() }
            throw error
        }
    }
}
