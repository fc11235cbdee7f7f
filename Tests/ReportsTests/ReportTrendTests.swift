// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import WireWords

@testable import Reports

@Suite("Trend of a report group")
struct ReportTrendTests {
    private func point(_ number: Int, _ cases: [(String, TestCase.Status)]) -> ReportTrend.Point {
        var collector = TestCaseCollector(reportArn: "r")
        for (name, status) in cases { collector.add(TestCase(name: name, status: status)) }
        let report = Report(
            arn: "r",
            type: .test,
            name: "shop-unit",
            reportGroupArn: "g",
            executionId: "b",
            status: .succeeded,
            created: "",
            truncated: false,
            testSummary: collector.summary
        )
        return ReportTrend.Point(
            buildNumber: number,
            file: ReportFile(report: report, format: .junitXML, testCases: collector.cases)
        )
    }

    @Test("the course of the group and what is different from the build before")
    func lines() {
        let trend = ReportTrend([
            point(14, [("a", .succeeded), ("b", .failed), ("c", .succeeded), ("d", .error)]),
            point(12, [("a", .succeeded), ("b", .succeeded), ("c", .succeeded), ("d", .succeeded)]),
            point(13, [("a", .failed), ("b", .succeeded), ("c", .failed), ("e", .failed)]),
        ])
        #expect(
            trend.lines == [
                "shop-unit: █▁▃  #12 4/4, #13 1/4, #14 2/4", "  newly failing:", "    b", "    d", "  newly passing:",
                "    a", "    c",
            ]
        )
    }

    @Test("one build is no difference")
    func single() {
        #expect(ReportTrend([point(1, [("a", .failed)])]).lines == ["shop-unit: █  #1 0/1"])
        #expect(ReportTrend([]).lines == [])
    }

    @Test(
        "durations for people",
        arguments: [
            (0, "0 s"), (850_000, "850 µs"), (12_345_678, "12 ms"), (3_250_000_000, "3.2 s"),
            (125_000_000_000, "2 min 5 s"), (7_260_000_000_000, "2 h 1 min"),
        ] as [(Int64, String)]
    )
    func durations(nanoseconds: Int64, text: String) {
        #expect(ReportText.duration(nanoseconds) == text)
    }

    @Test(
        "percentages without needless zeros",
        arguments: [(81.25, "81.25 %"), (50, "50 %"), (7.1, "7.1 %"), (0.05, "0.05 %")]
    )
    func percentages(value: Double, text: String) {
        #expect(ReportText.percent(value) == text)
    }
}
