// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Control
internal import JSON
internal import Journals
internal import Processes
internal import WireWords

/// How long builds wait in the queue, whatever happens to the date meanwhile.
extension Engine {
    /// How the date stood to the time that has passed, for the next daemon: a resource of the journal, which no definition can
    /// name.
    struct ClockRecord: Codable {
        static let kind = "nacre:clock"
        static let name = "daemon"

        /// The boot that the time is counted from.
        var boot: String
        /// The date less the time since then, in milliseconds.
        var lead: Int64

        static func now() -> ClockRecord {
            ClockRecord(
                boot: ProcessIdentity.currentBoot(),
                lead: Timestamp.now().milliseconds - MonotonicClock.millisecondsWithSleep()
            )
        }
    }

    /// The longest sleep, so that a date that was set is noticed while builds wait.
    private static let longestSleep: Int64 = 60_000

    // MARK: - The date

    /// Finds out whether the date was set while no daemon ran; after a restart of the machine nobody can tell.
    func resumeClock() async throws(JournalError) {
        // From now on it is this daemon's to notice.
        _ = clockWatch.jump(date: Timestamp.now().milliseconds, uptime: MonotonicClock.millisecondsWithSleep())
        let found = try await journal.use { journal throws(JournalError) in
            try journal.resource(kind: ClockRecord.kind, name: ClockRecord.name)
        }
        let now = ClockRecord.now()
        let last = found.flatMap { try? JSONText.decode(ClockRecord.self, from: Array($0.body.utf8)) }
        var moved: Int64 = 0
        if let last, last.boot == now.boot {
            moved = now.lead - last.lead
            if abs(moved) < ClockWatch.toleranceMilliseconds { return }
        }
        try await moveQueue(by: moved)
    }

    /// Sees whether somebody has set the date: builds that wait were queued by the date of before.
    func noticeClockMoves() async {
        let moved = clockWatch.jump(date: Timestamp.now().milliseconds, uptime: MonotonicClock.millisecondsWithSleep())
        clockMove += moved
        let known = clockMove
        if known == 0 { return }
        // Whoever comes meanwhile does not do it again.
        clockMove = 0
        do throws(JournalError) {
            try await moveQueue(by: known)
        } catch {
            clockMove += known
            log.write(.error, "Builds' waits cannot follow the date yet", ["error": error.message])
        }
    }

    private func moveQueue(by milliseconds: Int64) async throws(JournalError) {
        let body = (try? JSONText.encode(ClockRecord.now())).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        let now = Timestamp.now().milliseconds
        try await journal.use { journal throws(JournalError) in
            try journal.moveQueue(
                by: milliseconds,
                noting: body,
                kind: ClockRecord.kind,
                name: ClockRecord.name,
                at: now
            )
        }
    }

    // MARK: - Waits

    /// Takes a build out of the queue when it has waited for as long as its project allows.
    func limitWait(of record: BuildRecord) {
        let wanted =
            SettingsText.read(record.settings).queuedTimeoutSeconds ?? ProjectSettings.defaultQueuedTimeoutSeconds
        let limit = min(max(0, wanted), ProjectSettings.longestSeconds)
        let waited = max(0, Timestamp.now().milliseconds - record.queuedAt)
        let end = MonotonicClock.millisecondsWithSleep() + max(0, Int64(limit) * 1000 - waited)
        waits.add(record.id, until: end, seconds: limit)
        if let wakeAt, wakeAt <= end { return }
        wakeAt = end
        alarm?.cancel()
        // Ends when nobody waits, or with the daemon; the next one counts from the same instants.
        alarm = Task { await watchWaits() }
    }

    private func watchWaits() async {
        while let next = waits.next {
            let uptime = MonotonicClock.millisecondsWithSleep()
            let wake = min(max(next, uptime), uptime + Self.longestSleep)
            wakeAt = wake
            do { try await Task.sleep(for: .milliseconds(wake - uptime)) } catch { return }
            await noticeClockMoves()
            for expired in waits.takeExpired(at: MonotonicClock.millisecondsWithSleep()) {
                // It ends when that is on record, or with the daemon.
                Task { await expire(expired.id, afterSeconds: expired.seconds) }
            }
        }
        wakeAt = nil
    }

    private func expire(_ id: BuildID, afterSeconds seconds: Int) async {
        guard waitReason(id) != nil, !isDraining else { return }
        let expired = await journalled("Build's end", id) { journal throws(JournalError) in
            let now = Timestamp.now().milliseconds
            return try journal.expire(id, reason: "it waited in the queue for \(seconds) seconds", at: now)
        }
        guard let expired else { return }
        log.write(.notice, "Build has waited too long", ["build": id.description])
        ended(id)
        advanceBatch(of: expired)
    }
}
