// SPDX-License-Identifier: Apache-2.0

/// What the kernel has counted for a group; nil where it does not count.
package struct ResourceFacts: Sendable, Hashable {
    /// Processes that were killed because the group was out of memory.
    package var outOfMemoryKills: Int64?
    /// The most memory that it had at once.
    package var peakMemoryBytes: Int64?
    /// Forks that failed because the group had all its processes.
    package var refusedForks: Int64?
    /// How long its processes had to wait for the limit on processor time.
    package var throttledMilliseconds: Int64?

    package init() {}
}
