// SPDX-License-Identifier: Apache-2.0

/// Counts all cases of a report and keeps as many as is sane, failed ones first.
struct TestCaseCollector {
    /// AWS shows 500 cases; we keep what a person may still want to look through.
    static let limit = 100_000
    /// Bytes of all messages together, after which only their beginnings are kept.
    private static let messageBudget = 64 << 20
    private static let shortMessage = 200

    let reportArn: String
    private(set) var summary = Report.TestSummary()
    private var failed: [TestCase] = []
    private var others: [TestCase] = []
    private var messageBytes = 0
    private let limit: Int
    /// The report file being read.
    var rawDataPath = ""

    init(reportArn: String, limit: Int = Self.limit) {
        self.reportArn = reportArn
        self.limit = limit
    }

    /// The cases that are kept: failed ones first, otherwise in the order in which they were found.
    var cases: [TestCase] {
        failed.isEmpty ? others : failed + others.prefix(limit - failed.count)
    }

    /// Whether some are not kept.
    var isTruncated: Bool {
        summary.total > min(limit, failed.count + others.count)
    }

    mutating func add(_ found: TestCase) {
        summary.total += 1
        summary.statusCounts[found.status.rawValue, default: 0] += 1
        summary.durationInNanoSeconds = summary.durationInNanoSeconds.addingClamped(found.durationInNanoSeconds)
        let isFull = found.status.isFailure ? failed.count >= limit : failed.count + others.count >= limit
        if isFull { return }
        var kept = found
        kept.reportArn = reportArn
        kept.testRawDataPath = rawDataPath
        if kept.name.utf8.count > TestCase.nameLimit { kept.name = String(kept.name.prefix(TestCase.nameLimit)) }
        let limit = messageBytes > Self.messageBudget ? Self.shortMessage : TestCase.messageLimit
        if kept.message.utf8.count > limit { kept.message = String(kept.message.prefix(limit)) }
        messageBytes += kept.message.utf8.count
        if kept.status.isFailure { failed.append(kept) } else { others.append(kept) }
    }
}

extension Int64 {
    /// The sum, or the largest number there is.
    func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? .max : sum
    }
}
