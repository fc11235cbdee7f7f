// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A number that only rises, one for each combination of labels.
package final class Counter: Sendable {
    private let name: String
    private let help: String
    private let values: Mutex<[[MetricLabel]: Double]>

    /// * `labels`: combinations that are shown from the beginning, as one that appears later has no rise.
    package init(_ name: String, _ help: String, labels: [[MetricLabel]] = [[]]) {
        self.name = name
        self.help = help
        values = Mutex(Dictionary(labels.map { ($0, 0) }) { first, _ in first })
    }

    package func increment(by amount: Double = 1, _ labels: [MetricLabel] = []) {
        precondition(amount >= 0, "a counter does not fall")
        values.withLock { $0[labels, default: 0] += amount }
    }

    /// As it stands now.
    package var family: MetricFamily {
        let values = values.withLock { $0 }
        let samples = values.map { MetricSample($0.value, labels: $0.key) }
        return MetricFamily(
            .counter,
            name,
            help,
            samples.sorted { $0.labels.map(\.value).lexicographicallyPrecedes($1.labels.map(\.value)) }
        )
    }
}
