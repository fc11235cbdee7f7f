// SPDX-License-Identifier: Apache-2.0

package import WireWords

/// Until when builds may wait in the queue, by the time that passes: no date is in it.
package struct QueueWaits: Sendable {
    /// A wait that is over.
    package struct Expired: Sendable, Hashable {
        package let id: BuildID
        /// How long it could be.
        package let seconds: Int

        package init(id: BuildID, seconds: Int) {
            self.id = id
            self.seconds = seconds
        }
    }

    private var ends: [BuildID: (end: Int64, seconds: Int)] = [:]

    package init() {}

    /// When the next wait is over; nil when nobody waits.
    package var next: Int64? { ends.values.map(\.end).min() }

    /// Lets a build wait until the machine has been up for so many milliseconds.
    package mutating func add(_ id: BuildID, until end: Int64, seconds: Int) {
        ends[id] = (end, seconds)
    }

    /// A build does not wait any more.
    package mutating func remove(_ id: BuildID) {
        ends[id] = nil
    }

    /// Takes out the builds whose wait is over.
    package mutating func takeExpired(at uptime: Int64) -> [Expired] {
        let over = ends.filter { $0.value.end <= uptime }
        for id in over.keys { ends[id] = nil }
        return over.map { Expired(id: $0.key, seconds: $0.value.seconds) }
    }
}
