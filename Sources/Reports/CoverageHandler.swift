// SPDX-License-Identifier: Apache-2.0

internal import XML

/// Reads a format of coverage.
class CoverageHandler: ElementHandler {
    var collector: CoverageCollector

    init(_ collector: CoverageCollector, roots: [String]) {
        self.collector = collector
        super.init(roots: roots)
    }

    /// A count; 0 for what is none.
    static func number(_ text: String?) -> Int {
        guard let text else { return 0 }
        // Some write more hits than an integer holds, or with a fraction.
        return Int(text) ?? Double(text).map { $0 >= 1e15 ? 1_000_000_000_000_000 : $0 > 0 ? Int($0.rounded(.up)) : 0 }
            ?? 0
    }
}
