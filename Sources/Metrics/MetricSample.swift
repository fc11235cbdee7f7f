// SPDX-License-Identifier: Apache-2.0

/// One number.
package struct MetricSample: Sendable, Hashable {
    /// What follows the family's name: `_bucket`, `_sum`, `_count`; else nothing.
    package let suffix: String
    package let labels: [MetricLabel]
    package let value: Double

    package init(_ value: Double, labels: [MetricLabel] = [], suffix: String = "") {
        self.suffix = suffix
        self.labels = labels
        self.value = value
    }
}
