// SPDX-License-Identifier: Apache-2.0

package import WireWords

/// What is to follow from a batch's state.
package struct BatchStep: Sendable, Hashable {
    /// Builds to be queued.
    package var starts: [BuildDraft]
    /// Builds to be stopped, which the journal leaves to the caller.
    package var stops: [BuildID]
    /// How the batch has ended; nil while it goes on.
    package var verdict: BuildStatus?

    package init(starts: [BuildDraft] = [], stops: [BuildID] = [], verdict: BuildStatus? = nil) {
        self.starts = starts
        self.stops = stops
        self.verdict = verdict
    }
}
