// SPDX-License-Identifier: Apache-2.0

package import Control
internal import Synchronization

/// What the configuration file says now, for all who go by it.
package final class SettingsHolder: Sendable {
    private struct State {
        var settings: DaemonSettings
        var isLastReloadGood = true
        /// When settings were last taken over, in seconds since 1970.
        var takenAt: Int64
        var followers: [AsyncStream<DaemonSettings>.Continuation] = []
    }

    private let state: Mutex<State>
    /// What the command line says goes before the file.
    private let jobsOfCommandLine: Int?
    private let cores: Int

    package init(_ settings: DaemonSettings, jobs: Int?, cores: Int, at now: Int64) {
        state = Mutex(State(settings: settings, takenAt: now))
        jobsOfCommandLine = jobs
        self.cores = cores
    }

    package var current: DaemonSettings { state.withLock { $0.settings } }

    /// How many builds run at once.
    package var jobs: Int { jobsOfCommandLine ?? current.jobs ?? cores }

    /// How the last reading went, and when settings were last taken over.
    package var lastReload: (isGood: Bool, takenAt: Int64) {
        state.withLock { ($0.isLastReloadGood, $0.takenAt) }
    }

    /// The settings as they are now, and then each time that they change; of several changes the last one.
    ///
    /// It ends with the daemon.
    package func changes() -> AsyncStream<DaemonSettings> {
        let (stream, continuation) = AsyncStream<DaemonSettings>.makeStream(bufferingPolicy: .bufferingNewest(1))
        state.withLock { state in
            continuation.yield(state.settings)
            state.followers.append(continuation)
        }
        return stream
    }

    /// Takes over settings that were read again.
    func take(_ settings: DaemonSettings, at now: Int64) {
        state.withLock { state in
            state.isLastReloadGood = true
            state.takenAt = now
            if state.settings == settings { return }
            state.settings = settings
            for follower in state.followers { follower.yield(settings) }
        }
    }

    /// Notes that the file is refused; what held holds.
    func refuse() {
        state.withLock { $0.isLastReloadGood = false }
    }
}
