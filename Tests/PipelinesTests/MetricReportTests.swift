// SPDX-License-Identifier: Apache-2.0

import JSON
import Pipelines
import Testing

@Suite("Metrics side by side")
struct MetricReportTests {
    private func report(_ text: String) throws -> MetricReport {
        MetricReport(try JSONText.parse(Array(text.utf8)))
    }

    private let key = MetricReport.Key(artifact: "Out", file: "evaluation.json")

    @Test("a report is flattened to its numbers, texts and booleans")
    func flattened() throws {
        let report = try report(
            #"{"regression_metrics":{"rmse":{"value":2.05,"standard_deviation":null}},"folds":[1,{"ok":true}],"note":"line\nline"}"#
        )
        #expect(report.leaves.map(\.path) == ["folds[0]", "folds[1].ok", "regression_metrics.rmse.value"])
        #expect(report.leaves.map(\.value) == [.number("1"), .bool(true), .number("2.05")])
    }

    @Test("numbers are compared, digits are kept as written, what only one side has is told")
    func compared() throws {
        let new = try report(#"{"rmse":2.050,"mae":1,"model":"b","extra":1}"#)
        let old = try report(#"{"rmse":2.3,"mae":1.0,"model":"a","gone":7}"#)
        let rows = MetricReport.compare([key: new], with: [key: old])
        #expect(rows.map(\.path) == ["extra", "mae", "model", "rmse", "gone"])
        let rmse = try #require(rows.first { $0.path == "rmse" })
        #expect(rmse.value == .number("2.050"))
        #expect(abs(try #require(rmse.difference) + 0.25) < 1e-9)
        #expect(rmse.isChanged)
        let mae = try #require(rows.first { $0.path == "mae" })
        #expect(mae.difference == 0 && !mae.isChanged)
        #expect(rows.first { $0.path == "model" }?.difference == nil)
        #expect(rows.first { $0.path == "model" }?.isChanged == true)
        #expect(rows.last?.value == nil && rows.last?.live == .number("7"))
    }

    @Test("of a report with very many values the first are kept and the others counted")
    func limited() throws {
        let text = "[" + (0..<1_000).map(String.init).joined(separator: ",") + "]"
        let report = try report(text)
        #expect(report.leaves.count == 200)
        #expect(report.moreLeaves == 800)
    }

    @Test("a comparison survives its way to the client")
    func coded() throws {
        let rows = MetricReport.compare([key: try report(#"{"a":1e400,"b":"x"}"#)], with: [:])
        let decoded = try JSONText.decode([MetricComparison].self, from: try JSONText.encode(rows))
        #expect(decoded == rows)
    }
}
