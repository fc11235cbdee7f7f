// SPDX-License-Identifier: Apache-2.0

/// One dimension of a sample.
package struct MetricLabel: Sendable, Hashable {
    package let name: String
    /// Any text.
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
