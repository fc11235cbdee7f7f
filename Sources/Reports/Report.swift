// SPDX-License-Identifier: Apache-2.0

/// What one build told about one report group: CodeBuild's `Report` shape, its field names exactly.
///
/// [Report](https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Report.html)
package struct Report: Sendable, Hashable, Codable {
    /// `ReportType`.
    package enum Kind: String, Sendable, Hashable, Codable {
        case test = "TEST"
        case codeCoverage = "CODE_COVERAGE"
    }

    /// `ReportStatusType`; a report is written when it is complete, so the others do not occur.
    package enum Status: String, Sendable, Hashable, Codable {
        case succeeded = "SUCCEEDED"
        /// At least one case is FAILED or ERROR.
        case failed = "FAILED"
        /// A file could not be read.
        case incomplete = "INCOMPLETE"
    }

    /// `TestReportSummary`.
    package struct TestSummary: Sendable, Hashable, Codable {
        package var total: Int
        /// How many cases have each status; AWS's words are the keys, statuses that do not occur are absent.
        package var statusCounts: [String: Int]
        package var durationInNanoSeconds: Int64

        package init(total: Int = 0, statusCounts: [String: Int] = [:], durationInNanoSeconds: Int64 = 0) {
            self.total = total
            self.statusCounts = statusCounts
            self.durationInNanoSeconds = durationInNanoSeconds
        }

        /// How many cases have a status.
        package func count(_ status: TestCase.Status) -> Int {
            statusCounts[status.rawValue] ?? 0
        }
    }

    /// `CodeCoverageReportSummary`.
    package struct CoverageSummary: Sendable, Hashable, Codable {
        package var lineCoveragePercentage: Double
        package var linesCovered: Int
        package var linesMissed: Int
        package var branchCoveragePercentage: Double
        package var branchesCovered: Int
        package var branchesMissed: Int

        /// The sums over all files.
        package init(_ files: [CodeCoverage]) {
            linesCovered = files.reduce(0) { $0 + $1.linesCovered }
            linesMissed = files.reduce(0) { $0 + $1.linesMissed }
            branchesCovered = files.reduce(0) { $0 + $1.branchesCovered }
            branchesMissed = files.reduce(0) { $0 + $1.branchesMissed }
            lineCoveragePercentage = CodeCoverage.percentage(linesCovered, linesMissed)
            branchCoveragePercentage = CodeCoverage.percentage(branchesCovered, branchesMissed)
        }
    }

    package var arn: String
    package var type: Kind
    package var name: String
    package var reportGroupArn: String
    /// The build's ARN.
    package var executionId: String
    package var status: Status
    /// An RFC 3339 text, as all times of a `Build`.
    package var created: String
    /// Whether fewer cases are kept than `testSummary` counts.
    package var truncated: Bool
    package var testSummary: TestSummary?
    package var codeCoverageSummary: CoverageSummary?
}
