// SPDX-License-Identifier: Apache-2.0

/// How a report group went over several builds.
package struct ReportTrend: Sendable, Hashable {
    /// The report of one build.
    package struct Point: Sendable, Hashable {
        package var buildNumber: Int
        package var file: ReportFile

        package init(buildNumber: Int, file: ReportFile) {
            self.buildNumber = buildNumber
            self.file = file
        }
    }

    /// Cases that a difference names.
    private static let nameLimit = 10
    private static let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    /// The builds, oldest first; all of one group.
    package let points: [Point]

    /// - Parameter points: in any order.
    package init(_ points: [Point]) {
        self.points = points.sorted { $0.buildNumber < $1.buildNumber }
    }

    /// Cases that fail in the last build and did not in the one before, cases without a past among them.
    package var newlyFailing: [String] {
        guard let last = points.last, points.count > 1 else { return [] }
        return Self.failing(last).subtracting(Self.failing(points[points.count - 2])).sorted()
    }

    /// Cases that failed in the build before the last and have passed in the last.
    package var newlyPassing: [String] {
        guard let last = points.last, points.count > 1 else { return [] }
        let passing = Set((last.file.testCases ?? []).filter { $0.status == .succeeded }.map(\.identity))
        return Self.failing(points[points.count - 2]).intersection(passing).sorted()
    }

    /// `▁▇█`, one character a build: the share of passed cases or covered lines between the lowest and the highest.
    package var sparkline: String {
        let shares = points.map { Self.share($0.file.report) }
        guard let low = shares.min(), let high = shares.max() else { return "" }
        return String(
            shares.map { share in
                high > low ? Self.blocks[Int(((share - low) / (high - low) * 7).rounded())] : Self.blocks[7]
            }
        )
    }

    /// A line with the course of the group, then what is different from the build before.
    package var lines: [String] {
        guard let last = points.last else { return [] }
        let values = points.map { "#\($0.buildNumber) \(Self.value($0.file.report))" }
        var lines = ["\(last.file.report.name): \(sparkline)  \(values.joined(separator: ", "))"]
        lines += Self.list("newly failing", newlyFailing)
        lines += Self.list("newly passing", newlyPassing)
        return lines
    }

    private static func list(_ title: String, _ names: [String]) -> [String] {
        if names.isEmpty { return [] }
        var lines = ["  \(title):"] + names.prefix(nameLimit).map { "    \($0)" }
        if names.count > nameLimit { lines.append("    … and \(names.count - nameLimit) more") }
        return lines
    }

    private static func failing(_ point: Point) -> Set<String> {
        Set((point.file.testCases ?? []).filter { $0.status.isFailure }.map(\.identity))
    }

    private static func share(_ report: Report) -> Double {
        if let summary = report.codeCoverageSummary { return min(max(summary.lineCoveragePercentage / 100, 0), 1) }
        guard let summary = report.testSummary, summary.total > 0 else { return 0 }
        return Double(summary.count(.succeeded)) / Double(summary.total)
    }

    private static func value(_ report: Report) -> String {
        if let summary = report.codeCoverageSummary { return ReportText.percent(summary.lineCoveragePercentage) }
        guard let summary = report.testSummary else { return "" }
        return "\(summary.count(.succeeded))/\(summary.total)"
    }
}
