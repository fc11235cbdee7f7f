// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// How often something was at most how large.
package final class Histogram: Sendable {
    private struct State {
        var counts: [Int]
        var sum = 0.0
    }

    private let name: String
    private let help: String
    /// Rising; what is larger than the last is counted, too.
    private let bounds: [Double]
    private let state: Mutex<State>

    package init(_ name: String, _ help: String, bounds: [Double]) {
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "bounds rise")
        self.name = name
        self.help = help
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    /// Counts a value; one that is no number is left out.
    package func observe(_ value: Double) {
        guard value.isFinite else { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[bucket] += 1
            state.sum += value
        }
    }

    /// As it stands now.
    package var family: MetricFamily {
        let (counts, sum) = state.withLock { ($0.counts, $0.sum) }
        var samples: [MetricSample] = []
        var total = 0
        for (count, bound) in zip(counts, bounds + [.infinity]) {
            total += count
            samples.append(
                MetricSample(Double(total), labels: [MetricLabel("le", MetricsText.number(bound))], suffix: "_bucket")
            )
        }
        samples.append(MetricSample(sum, suffix: "_sum"))
        samples.append(MetricSample(Double(total), suffix: "_count"))
        return MetricFamily(.histogram, name, help, samples)
    }
}
