// SPDX-License-Identifier: Apache-2.0

/// What came of asking the cache, and what to say about it.
package struct CacheOutcome: Hashable, Sendable {
    /// What came of it.
    package enum Result: Hashable, Sendable {
        /// The entry of the very key, or the one cache without a key, was restored.
        case hit
        /// An entry that begins with a fallback key was restored.
        case fallbackHit
        /// Nothing was restored, as there is nothing that fits.
        case miss
        /// A new entry is there.
        case saved
        /// Nothing was to be done.
        case skipped
        /// It could not be done; the build goes on without.
        case failed
    }

    package let result: Result
    /// Lines for the build log, without prefix.
    package let lines: [String]

    package init(_ result: Result, _ lines: [String]) {
        self.result = result
        self.lines = lines
    }
}
