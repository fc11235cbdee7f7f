// SPDX-License-Identifier: Apache-2.0

/// How far a build is, for the scheduler; a build only moves forward through these.
package enum BuildState: String, Sendable, Hashable, CaseIterable {
    /// It waits for a slot.
    case queued
    /// It has a slot; whether its supervisor has been started is for its folder to tell.
    case starting
    /// Its supervisor has reported a phase.
    case running
    /// It is over, and its record does not change any more.
    case finished

    /// Whether a build in this state is over.
    package var isTerminal: Bool { self == .finished }
}
