// SPDX-License-Identifier: Apache-2.0

import Control
import Foundation
import JSON
import Journals
import Pipelines
import SQLite
import TestSupport
import Testing

@testable import Daemon

@Suite("Notifications: the journal", .scratchDirectory, .timeLimit(.minutes(40)))
struct NotifierTests {
    @Test("a notification that cannot be journalled is to be announced again, and then arrives once")
    func unjournalled() async throws {
        let home = Home(path: ScratchDirectory.path)
        let inbox = "\(home.path)/inbox"
        let journal = try JournalStore(home)
        let sender = NotificationSender(folder: home.path, environment: Program.path)
        let notifier = Notifier(journal: journal, sender: sender, log: DaemonLog { _ in })
        try await notifier.resume(
            Notifier.Facts(execution: { _ in nil }, outcomeBefore: { _ in nil })
        )
        let target = NotificationTarget(name: "t", way: .command("echo told >> '\(inbox)'"), reasons: [.failed])
        _ = try await notifier.add(target, by: "test")
        let announcement = try JSONText.decode(
            PipelineAnnouncement.self,
            from: Array(
                """
                {"subject": "CodePipeline Pipeline Execution State Change", "pipeline": "demo", "execution": "e",
                 "executionNumber": 1, "version": 1, "state": "FAILED", "at": 2}
                """.utf8
            )
        )
        let database = try Database(home.database, .existing)
        try database.execute("ALTER TABLE resources RENAME TO hidden")
        await #expect(throws: JournalError.self) { try await notifier.announce(announcement) }
        try database.execute("ALTER TABLE hidden RENAME TO resources")
        try await notifier.announce(announcement)
        try await soon("it has arrived") {
            let waiting = await notifier.list().map(\.pending)
            return FileManager.default.fileExists(atPath: inbox) && waiting == [0]
        }
        await notifier.close()
        #expect(try String(contentsOfFile: inbox, encoding: .utf8) == "told\n")
    }
}
