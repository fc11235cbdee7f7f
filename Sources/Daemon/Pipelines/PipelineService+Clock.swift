// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Journals
internal import Pipelines
internal import Processes

/// What happens because time passes: deadlines of actions and approvals, and schedules.
extension PipelineService {
    /// The longest sleep: the wall clock may be set while we sleep.
    private static let longestSleep: Int64 = 60_000

    /// Sees to it that the next instant is not slept through.
    func clockChanged() {
        guard let next = nextInstant, !isDraining else { return }
        if let wakeAt, wakeAt <= next { return }
        wakeAt = next
        clock?.cancel()
        // Ends with the next sleep, or with the daemon.
        clock = Task { await sleep() }
    }

    /// Sees whether somebody has set the date; what runs is told with the next event of its pipeline, or with the next wake.
    func noticeClockMoves() {
        let date = Timestamp.now().milliseconds
        let moved = clockWatch.jump(date: date, uptime: MonotonicClock.millisecondsWithSleep())
        if moved == 0 { return }
        log.write(.warning, "The date was set, deadlines move with it", ["seconds": String(moved / 1000)])
        for pipeline in deadlines.keys { clockMoves[pipeline, default: 0] += moved }
        if wakeAt != .min { wakeAt = nil }
        if let known = knownTriggers { setTicks(known) } else { clockChanged() }
    }

    /// A pipeline's machine knows of a move.
    func clockMoved(_ pipeline: String, by milliseconds: Int64) {
        let left = (clockMoves[pipeline] ?? 0) - milliseconds
        clockMoves[pipeline] = left == 0 ? nil : left
    }

    private var nextInstant: Int64? {
        [deadlines.values.min(), ticks.values.min().map { max($0, ticksRestUntil) }].compactMap { $0 }.min()
    }

    private func sleep() async {
        while let next = nextInstant, !isDraining {
            wakeAt = next
            let wait = min(max(next - Timestamp.now().milliseconds, 0), Self.longestSleep)
            do { try await Task.sleep(for: .milliseconds(wait)) } catch { return }
            // Whatever changes now is looked at before the next sleep.
            wakeAt = .min
            await wake(at: Timestamp.now().milliseconds)
        }
        wakeAt = nil
    }

    private func wake(at now: Int64) async {
        noticeClockMoves()
        await tick(at: now)
        for pipeline in clockMoves.keys {
            // What cannot be journalled now is told with the pipeline's next event.
            do throws(EventFailure) { try await take(.woke, of: pipeline) } catch { continue }
        }
        for (pipeline, deadline) in deadlines where deadline <= now {
            do throws(EventFailure) {
                try await take(.woke, of: pipeline)
                // One that is still due could not do anything about it; no need to ask it at once again.
                if let again = deadlines[pipeline], again <= now { deadlines[pipeline] = now + 1000 }
            } catch {
                deadlines[pipeline] = now + 1000
                log.write(.error, "Pipeline cannot be woken yet", ["pipeline": pipeline, "error": "\(error)"])
            }
        }
    }
}
