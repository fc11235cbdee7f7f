// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import JSON
internal import Reports
internal import WireWords

/// A report file of any bytes makes a report whose numbers can be true, or a problem.
struct ReportTarget: FuzzTarget {
    let name = "report"
    let seeds = [
        "<testsuites><testsuite name='s' tests='2'><testcase classname='c' name='n' time='1,234.5'><failure message='m'>t</failure>"
            + "</testcase><testcase name='o'><skipped/></testcase></testsuite></testsuites>",
        "<test-results><test-suite name='x'><results><test-case name='a' executed='True' success='False' time='0.1'/></results>"
            + "</test-suite></test-results>",
        "<test-run><test-suite><test-case fullname='a.b' result='Failed' label='Error' duration='1e-3'><failure><message>m</message>"
            + "</failure></test-case></test-suite></test-run>",
        "[{\"name\":\"f\",\"uri\":\"f.feature\",\"elements\":[{\"type\":\"scenario\",\"name\":\"s\",\"steps\":[{\"keyword\":\"Given \","
            + "\"name\":\"g\",\"result\":{\"status\":\"failed\",\"duration\":12,\"error_message\":\"e\"}}]}]}]",
        "<testng-results><suite><test><class name='c'><test-method name='m' status='PASS' duration-ms='5'/></class></test></suite>"
            + "</testng-results>",
        "<TestRun><TestDefinitions><UnitTest id='1'><TestMethod className='c' name='n'/></UnitTest></TestDefinitions><Results>"
            + "<UnitTestResult testId='1' testName='n' outcome='Failed' duration='1.00:00:01.5'/></Results></TestRun>",
        "<coverage clover='1'><project><file path='/s/a.c'><line num='1' type='stmt' count='2'/><line num='2' type='cond' "
            + "truecount='1' falsecount='0'/></file></project></coverage>",
        "<coverage line-rate='1'><packages><package><classes><class filename='a.py'><lines><line number='1' hits='3' branch='true' "
            + "condition-coverage='50% (1/2)'/></lines></class></classes></package></packages></coverage>",
        "<report name='JACOCO'><package name='p'><sourcefile name='A.java'><counter type='LINE' missed='1' covered='2'/>"
            + "<counter type='BRANCH' missed='0' covered='4'/></sourcefile></package></report>",
        "{\"RSpec\":{\"coverage\":{\"/s/a.rb\":{\"lines\":[1,null,0],\"branches\":{\"[:if, 0]\":{\"[:then]\":1,\"[:else]\":0}}}}}}",
    ].enumerated().map { index, text in [UInt8(index)] + Array(text.utf8) }
    let words = [
        "<testcase name='x' time='", "count='", "hits='9223372036854775807'", "covered='9223372036854775807'",
        "missed='-5'",
        "truecount='9223372036854775807'", "(9223372036854775807/9223372036854775807)", "<line num='-1'",
        "duration='1e300'", "'/>",
        "\"duration\":1e30", "[9223372036854775807]", "<counter type='LINE' missed='9e99' covered='9e99'/>",
    ]

    /// The first byte is the format, the rest the file.
    func check(_ input: [UInt8]) throws {
        let format = ReportFormat.allCases[Int(input.first ?? 0) % ReportFormat.allCases.count]
        try FuzzFiles.withFolder { folder in
            try AtomicFile.write(Array(input.dropFirst()), to: "\(folder)/report")
            let build = ReportCollection.Build(project: "p", arn: "arn:b", root: folder, time: "2026-01-01T00:00:00Z")
            let group = ReportCollection.Group(name: "g", files: ["report"], format: format)
            let collection = ReportCollection.collect([group], of: build) { _ in }
            try FuzzFailure.unless(
                !collection.reports.isEmpty || collection.problem != nil,
                "there is neither a report nor a problem"
            )
            for file in collection.reports {
                try check(file)
                try FuzzFailure.unless(!ReportText.lines(of: file).isEmpty, "a report without a text")
            }
        }
    }

    private func check(_ file: ReportFile) throws {
        if let summary = file.report.testSummary {
            try FuzzFailure.unless(
                summary.statusCounts.values.allSatisfy { $0 >= 0 }
                    && summary.statusCounts.values.reduce(0, +) == summary.total
                    && summary.durationInNanoSeconds >= 0 && (file.testCases?.count ?? 0) <= summary.total,
                "the counts cannot be true: \(summary)"
            )
        }
        if let summary = file.report.codeCoverageSummary {
            try FuzzFailure.unless(
                (0...100).contains(summary.lineCoveragePercentage)
                    && (0...100).contains(summary.branchCoveragePercentage)
                    && summary.linesCovered >= 0 && summary.linesMissed >= 0 && summary.branchesCovered >= 0
                    && summary.branchesMissed >= 0,
                "the coverage cannot be true: \(summary)"
            )
        }
        let again = try JSONText.decode(ReportFile.self, from: JSONText.encode(file))
        try FuzzFailure.unless(again == file, "it comes back as something else")
    }
}
