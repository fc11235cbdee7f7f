// SPDX-License-Identifier: Apache-2.0

/// What people read of reports.
package enum ReportText {
    /// Lines of a message that a summary shows.
    private static let messageLines = 3

    /// The line of totals, then failed cases with the first lines of their messages.
    ///
    /// * `failedCaseLimit`: how many failed cases are named.
    package static func lines(of file: ReportFile, failedCaseLimit: Int = .max) -> [String] {
        var lines = ["\(file.report.name): \(totals(of: file.report))"]
        let failed = (file.testCases ?? []).filter { $0.status.isFailure }
        for test in failed.prefix(failedCaseLimit) { lines += Self.lines(of: test) }
        if failed.count > failedCaseLimit { lines.append("  … and \(failed.count - failedCaseLimit) more") }
        return lines
    }

    /// One case: status, name, duration, and the first lines of its message below.
    package static func lines(of test: TestCase, messageLimit: Int? = nil) -> [String] {
        var lines = ["  \(test.status.rawValue) \(oneLine(test.identity)) (\(duration(test.durationInNanoSeconds)))"]
        let message = test.message.split(whereSeparator: \.isNewline).map(String.init)
        let limit = messageLimit ?? messageLines
        lines += message.prefix(limit).map { "    \($0.prefix(300))" }
        return lines
    }

    /// One source file: its path and how much of it was executed.
    package static func line(of coverage: CodeCoverage) -> String {
        var text = "  \(coverage.filePath): lines "
        text += part(coverage.lineCoveragePercentage, coverage.linesCovered, coverage.linesMissed)
        if coverage.branchesCovered + coverage.branchesMissed > 0 {
            text += ", branches "
            text += part(coverage.branchCoveragePercentage, coverage.branchesCovered, coverage.branchesMissed)
        }
        return text
    }

    /// `42 tests, 40 passed, 1 failed, 1 skipped in 3.2 s`, or `lines 81.25 % (13 of 16), branches 50 % (1 of 2)`.
    package static func totals(of report: Report) -> String {
        var text = ""
        if let summary = report.testSummary {
            let parts: [(TestCase.Status, String)] = [
                (.succeeded, "passed"), (.failed, "failed"), (.error, "in error"), (.skipped, "skipped"),
                (.unknown, "unknown"),
            ]
            text = summary.total == 1 ? "1 test" : "\(summary.total) tests"
            for (status, word) in parts where summary.count(status) > 0 {
                text += ", \(summary.count(status)) \(word)"
            }
            text += " in \(duration(summary.durationInNanoSeconds))"
        }
        if let summary = report.codeCoverageSummary {
            text = "lines " + part(summary.lineCoveragePercentage, summary.linesCovered, summary.linesMissed)
            if summary.branchesCovered + summary.branchesMissed > 0 {
                text +=
                    ", branches "
                    + part(summary.branchCoveragePercentage, summary.branchesCovered, summary.branchesMissed)
            }
        }
        switch report.status {
        case .incomplete: text += " (incomplete: a file could not be read)"
        default: if report.truncated { text += " (not all are kept)" }
        }
        return text
    }

    /// `850 µs`, `12 ms`, `3.2 s`, `2 min 5 s`.
    package static func duration(_ nanoseconds: Int64) -> String {
        switch nanoseconds {
        case ..<1_000_000: return nanoseconds <= 0 ? "0 s" : "\(nanoseconds / 1000) µs"
        case ..<1_000_000_000: return "\(nanoseconds / 1_000_000) ms"
        case ..<60_000_000_000: return "\(seconds(nanoseconds, digits: 1)) s"
        default:
            let whole = nanoseconds / 1_000_000_000
            return whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole / 60 % 60) min"
        }
    }

    /// Seconds with a number of decimals, the rest cut off.
    static func seconds(_ nanoseconds: Int64, digits: Int) -> String {
        var unit: Int64 = 1_000_000_000
        for _ in 0..<digits { unit /= 10 }
        let fraction = String(nanoseconds % 1_000_000_000 / unit)
        return "\(nanoseconds / 1_000_000_000)." + String(repeating: "0", count: digits - fraction.utf8.count)
            + fraction
    }

    /// A percentage without needless zeros.
    static func percent(_ value: Double) -> String {
        // What lies in a build's folder may be anything.
        let hundredths = Int((min(max(value, 0), 100) * 100).rounded())
        let fraction = hundredths % 100
        if fraction == 0 { return "\(hundredths / 100) %" }
        let digits = fraction % 10 == 0 ? "\(fraction / 10)" : fraction < 10 ? "0\(fraction)" : "\(fraction)"
        return "\(hundredths / 100).\(digits) %"
    }

    private static func part(_ percentage: Double, _ covered: Int, _ missed: Int) -> String {
        "\(percent(percentage)) (\(covered) of \(covered + missed))"
    }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
