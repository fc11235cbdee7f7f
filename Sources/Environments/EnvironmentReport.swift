// SPDX-License-Identifier: Apache-2.0

/// All that is known of an environment.
package struct EnvironmentReport: Sendable, Hashable {
    package let settings: EnvironmentSettings
    /// The last request; nil: there was none.
    package let desired: EnvironmentRequest?
    /// What its process has written last, corrected by what cannot be so any more.
    package let state: EnvironmentState
    /// Whether its process lives.
    package let isAlive: Bool

    init(settings: EnvironmentSettings, desired: EnvironmentRequest?, state: EnvironmentState, isAlive: Bool) {
        self.settings = settings
        self.desired = desired
        self.isAlive = isAlive
        var state = state
        if !isAlive, desired?.runs ?? false {
            state.health = .red
            state.causes = ["its process does not run; the daemon starts it, or `nacre env start \(settings.name)`"]
            state.running?.port = nil
        }
        self.state = state
    }

    /// The last request that is not decided.
    package var pending: EnvironmentRequest? { desired.flatMap { $0.number > state.settled ? $0 : nil } }
}
