// SPDX-License-Identifier: Apache-2.0

import Metrics
import Testing

@Suite("Metrics as text")
struct MetricsTextTests {
    @Test("a family has its help, its kind and its samples")
    func family() {
        let samples = [
            MetricSample(3, labels: [MetricLabel("status", "FAILED")]),
            MetricSample(0.25, labels: [MetricLabel("status", "SUCCEEDED"), MetricLabel("project", "app")]),
        ]
        let families = [
            MetricFamily(.counter, "nacre_builds_total", "Builds that have ended.", samples),
            MetricFamily(.gauge, "nacre_up", "Whether.", 1),
            MetricFamily(.gauge, "nacre_unknown", "Nothing is known.", nil),
        ]
        #expect(
            MetricsText.text(families) == """
                # HELP nacre_builds_total Builds that have ended.
                # TYPE nacre_builds_total counter
                nacre_builds_total{status="FAILED"} 3
                nacre_builds_total{status="SUCCEEDED",project="app"} 0.25
                # HELP nacre_up Whether.
                # TYPE nacre_up gauge
                nacre_up 1

                """
        )
    }

    @Test("texts are escaped")
    func escaped() {
        let sample = MetricSample(1, labels: [MetricLabel("ref", "a\"b\\c\nd")])
        #expect(
            MetricsText.text([MetricFamily(.gauge, "x", "A \\ and\na \"quote\".", [sample])]) == """
                # HELP x A \\\\ and\\na "quote".
                # TYPE x gauge
                x{ref="a\\"b\\\\c\\nd"} 1

                """
        )
    }

    @Test(
        "numbers are written as Go reads them",
        arguments: [
            (0.0, "0"), (-1, "-1"), (1_732_000_000, "1732000000"), (0.1, "0.1"), (1e300, "1e+300"), (1.5e-9, "1.5e-09"),
            (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (9_007_199_254_740_992, "9007199254740992.0"),
        ]
    )
    func number(value: Double, expected: String) {
        #expect(MetricsText.text([MetricFamily(.gauge, "x", "X.", value)]).hasSuffix("\nx \(expected)\n"))
    }

    @Test("a histogram's buckets hold all that is at most as large")
    func histogram() {
        let histogram = Histogram("wait_seconds", "Waits.", bounds: [0.1, 1])
        for value in [0.05, 0.1, 0.5, 7, .nan] { histogram.observe(value) }
        #expect(
            MetricsText.text([histogram.family]) == """
                # HELP wait_seconds Waits.
                # TYPE wait_seconds histogram
                wait_seconds_bucket{le="0.1"} 2
                wait_seconds_bucket{le="1"} 3
                wait_seconds_bucket{le="+Inf"} 4
                wait_seconds_sum 7.65
                wait_seconds_count 4

                """
        )
    }

    @Test("a counter is shown before it has counted, and counts from many threads")
    func counter() async {
        let counter = Counter("pushes_total", "Pushes.", labels: [[MetricLabel("by", "hook")]])
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<250 { counter.increment([MetricLabel("by", "watch")]) }
                }
            }
        }
        #expect(
            MetricsText.text([counter.family]).hasSuffix(
                "pushes_total{by=\"hook\"} 0\npushes_total{by=\"watch\"} 1000\n"
            )
        )
    }
}
