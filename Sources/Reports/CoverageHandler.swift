// SPDX-License-Identifier: Apache-2.0

internal import XML

/// Reads a format of coverage.
class CoverageHandler: ElementHandler {
    var collector: CoverageCollector

    init(_ collector: CoverageCollector, roots: [String]) {
        self.collector = collector
        super.init(roots: roots)
    }

    /// More than any file has; sums of as many as a report can hold are numbers still.
    static let limit = 1_000_000_000

    /// A count; 0 for what is none.
    static func number(_ text: String?) -> Int {
        guard let text else { return 0 }
        if let number = Int(text) { return min(max(0, number), limit) }
        // Some write more hits than an integer holds, or with a fraction.
        guard let number = Double(text), number > 0 else { return 0 }
        return number < Double(limit) ? Int(number.rounded(.up)) : limit
    }
}
