// SPDX-License-Identifier: Apache-2.0

package import JSON

/// One value of a JSON report of an execution, beside the same value of the live one.
package struct MetricComparison: Sendable, Hashable, Codable {
    package var artifact: String
    /// The report's path in the artifact.
    package var file: String
    /// Where in the report, such as `regression_metrics.rmse.value`.
    package var path: String
    /// Number, text or boolean as the report has it; nil where only the live execution has it.
    package var value: JSONValue?
    /// Nil where only this execution has it.
    package var live: JSONValue?
    /// How much larger the number is than the live one; nil where they are no numbers.
    package var difference: Double?

    package init(artifact: String, file: String, path: String, value: JSONValue?, live: JSONValue?) {
        self.artifact = artifact
        self.file = file
        self.path = path
        self.value = value
        self.live = live
        if let new = Self.number(value), let old = Self.number(live) { difference = new - old }
    }

    /// Whether it is a number in one execution at least.
    package var isNumber: Bool { Self.number(value) != nil || Self.number(live) != nil }
    package var isChanged: Bool { value != live && difference != 0 }

    /// A number as a `Double`; nil for anything else.
    private static func number(_ value: JSONValue?) -> Double? {
        guard case .number(let text)? = value, let number = Double(text), number.isFinite else { return nil }
        return number
    }
}
