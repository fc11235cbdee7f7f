// SPDX-License-Identifier: Apache-2.0

package import Pipelines
internal import SQLite

/// What is done to the journal of a backup before a daemon works with it.
extension Journal {
    /// The names of all steps of the schema that this version knows.
    package static var schemaSteps: [String] { Migration.all.map(\.name) }

    /// Ends everything that was ordered and has not ended: how it ended waits to be applied, and nobody takes it up again.
    /// - Returns: what was ended; what was to end early anyway is only forgotten.
    package func interruptEffects(
        _ outcome: ActionOutcome,
        at instant: Int64
    ) throws(JournalError) -> [UnfinishedEffect] {
        let effects = try unfinishedEffects()
        try write { () throws(SQLiteError) in
            for effect in effects where !effect.isCancelled {
                let order = effect.order
                try database.execute(
                    """
                    INSERT INTO pipeline_events (pipeline, key, execution, number, event, at)
                    SELECT name, ?2, ?3, ?4, ?5, ?6 FROM pipelines WHERE name = ?1
                    """,
                    [
                        .text(order.pipeline), .text("interrupted:\(order.id)"), .text(order.execution),
                        .integer(order.executionNumber),
                        .text(try JSONColumn.text(PipelineEvent.actionEnded(id: order.id, outcome))),
                        .integer(instant),
                    ]
                )
            }
            try database.execute("DELETE FROM pipeline_effects")
        }
        return effects.filter { !$0.isCancelled }
    }

    /// Replaces the path of a home by that of another, in whatever names a file in it.
    package func moveHome(from old: String, to new: String) throws(JournalError) {
        // Of a JSON text only whole values that begin with the path, as they are written there.
        let texts: [(table: String, column: String)] = [
            ("builds", "result"), ("builds", "inputs"), ("batches", "inputs"), ("batches", "plan"),
            ("pipelines", "machine"), ("executions", "record"), ("pipeline_events", "event"), ("resources", "body"),
            ("announcements", "body"),
        ]
        try write { () throws(SQLiteError) in
            let former = String(try JSONColumn.text("\(old)/").dropLast())
            let present = String(try JSONColumn.text("\(new)/").dropLast())
            for text in texts {
                try database.execute(
                    """
                    UPDATE \(text.table) SET \(text.column) = replace(\(text.column), ?1, ?2)
                    WHERE instr(\(text.column), ?1) > 0
                    """,
                    [.text(former), .text(present)]
                )
            }
        }
    }

    /// Gives every hosted repository the path that it has in its new home.
    ///
    /// * `path`: told a repository's name.
    package func moveHosted(to path: (String) -> String) throws(JournalError) {
        let hosted = try repositories().filter(\.isHosted)
        try write { () throws(SQLiteError) in
            for repository in hosted {
                try database.execute(
                    "UPDATE repositories SET path = ?2 WHERE id = ?1",
                    [.integer(repository.id.rawValue), .text(path(repository.name))]
                )
            }
        }
    }
}
