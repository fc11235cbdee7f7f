// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("The Abalone example", .scratchDirectory, .timeLimit(.minutes(40)))
struct AbaloneTests {
    /// The top of the source tree.
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    private static let example = "\(root)/buildspecs/abalone"

    private struct Evaluation: Decodable {
        struct Metrics: Decodable {
            struct Value: Decodable {
                var value: Double
            }

            var rmse: Value
            var mse: Value
        }

        enum CodingKeys: String, CodingKey {
            case regressionMetrics = "regression_metrics"
        }

        var regressionMetrics: Metrics
    }

    /// The real data, beside the source tree or any folder above it.
    private static func data() -> String? {
        var folder = root
        while folder != "/" {
            folder = (folder as NSString).deletingLastPathComponent
            let path = "\(folder)/shared/data/abalone.csv"
            if FileManager.default.fileExists(atPath: path) { return path }
        }
        return nil
    }

    @Test(
        "on the real data plain least squares fails the gate, and the example's model passes it",
        arguments: ["linear", "blend"]
    )
    func gate(model: String) throws {
        guard let data = Self.data() else {
            try Test.cancel("the real data, ../shared/data/abalone.csv, is not on this machine")
        }
        try #require(FileManager.default.fileExists(atPath: "\(Self.example)/buildspec.yml"), "the example is missing")
        let result = try Program.run(
            Program.product("nacre"),
            [
                "build", Self.example, "--json", "-a", "out", "--unpacked", "-e", "ABALONE_CSV=\(data)", "-e",
                "MODEL=\(model)",
            ],
            environment: Program.path.merging(["NACRE_HOME": "\(ScratchDirectory.path)/home"]) { $1 },
            in: ScratchDirectory.path,
            seconds: 240
        )
        #expect(result.status == (model == "linear" ? 1 : 0), "\(result)")
        if model == "linear" {
            #expect(result.errors.contains("RMSE 2.22"), "\(result.errors)")
        } else {
            let report = "\(ScratchDirectory.path)/out/artifacts/evaluation.json"
            let bytes = try #require(FileManager.default.contents(atPath: report))
            let metrics = try JSONDecoder().decode(Evaluation.self, from: bytes).regressionMetrics
            #expect(metrics.rmse.value < 2.22)
            #expect(abs(metrics.mse.value - metrics.rmse.value * metrics.rmse.value) < 0.01)
        }
    }
}
