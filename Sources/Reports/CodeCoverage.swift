// SPDX-License-Identifier: Apache-2.0

/// How much of one source file was executed: CodeBuild's `CodeCoverage` shape, its field names exactly.
///
/// [CodeCoverage](https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CodeCoverage.html)
package struct CodeCoverage: Sendable, Hashable, Codable {
    /// Unique within the report.
    package var id: String
    package var reportARN: String
    package var filePath: String
    package var lineCoveragePercentage: Double
    package var linesCovered: Int
    package var linesMissed: Int
    package var branchCoveragePercentage: Double
    package var branchesCovered: Int
    package var branchesMissed: Int

    package init(
        id: String,
        reportARN: String,
        filePath: String,
        lines: (covered: Int, missed: Int),
        branches: (covered: Int, missed: Int)
    ) {
        self.id = id
        self.reportARN = reportARN
        self.filePath = filePath
        lineCoveragePercentage = Self.percentage(lines.covered, lines.missed)
        linesCovered = lines.covered
        linesMissed = lines.missed
        branchCoveragePercentage = Self.percentage(branches.covered, branches.missed)
        branchesCovered = branches.covered
        branchesMissed = branches.missed
    }

    /// From 0 to 100 with two decimals; 0 of nothing is 0.
    static func percentage(_ covered: Int, _ missed: Int) -> Double {
        let total = covered + missed
        return total == 0 ? 0 : (Double(covered) * 10_000 / Double(total)).rounded() / 100
    }
}
