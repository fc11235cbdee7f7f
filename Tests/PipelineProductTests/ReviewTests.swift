// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("What an approver sees", .scratchDirectory, .timeLimit(.minutes(40)))
struct ReviewTests {
    /// The parts of the view that are looked at.
    struct View: Decodable {
        struct Question: Decodable {
            let stage: String
            let action: String
            let customData: String?
        }
        struct Live: Decodable {
            let number: Int
        }
        struct Source: Decodable {
            struct Commit: Decodable {
                let summary: String
                let author: String
            }
            let commits: [Commit]
            let moreCommits: Int
        }
        struct Metric: Decodable {
            let file: String
            let path: String
            let difference: Double?
        }
        struct Variable: Decodable {
            let name: String
            let value: String
            let live: String?
        }
        struct Artifact: Decodable {
            let name: String
            let liveDigest: String?
            let digest: String
        }
        struct Report: Decodable {
            let totals: String
        }
        let questions: [Question]
        let live: Live?
        let sources: [Source]
        let metrics: [Metric]
        let variables: [Variable]
        let artifacts: [Artifact]
        let reports: [Report]
    }

    private static let buildspec = """
        version: 0.2
        env:
          exported-variables: [RMSE]
        phases:
          build:
            commands:
              - RMSE=$(cat rmse)
              - mkdir -p out reports
              - 'echo "{\\"regression_metrics\\": {\\"rmse\\": {\\"value\\": $RMSE}}, \\"rows\\": 100}" > out/evaluation.json'
              - 'echo "<testsuite tests=\\"1\\"><testcase classname=\\"a\\" name=\\"b\\" time=\\"0.1\\"/></testsuite>" > reports/junit.xml'
        artifacts:
          base-directory: out
          files: '**/*'
        reports:
          checks:
            files: ['junit.xml']
            base-directory: reports
            file-format: JUNITXML
        """

    private func view(_ daemon: DaemonFixture, _ reference: String) throws -> View {
        let result = try daemon.nacre("review", reference, "--json")
        guard result.status == 0 else { throw Program.Failure(description: "\(result)") }
        return try JSONDecoder().decode(View.self, from: Data(result.output.utf8))
    }

    @Test(
        "commits, numbers, tests and artifacts are shown beside those of what is live, and by approve before it answers"
    )
    func beside() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            #expect(
                try daemon.apply(Definition.project("train", buildspec: Self.buildspec), file: "p.json").status == 0
            )
            let train = Definition.build("Train", project: "train", outputs: ["Model"], ["namespace": "Train"])
            let ask = Definition.approval("Ask", ["configuration": ["CustomData": "better?"]])
            try daemon.define(
                Definition(
                    "line",
                    [("Source", [Definition.source()]), ("Build", [train]), ("Approval", [ask])]
                )
            )
            try git.write("rmse", "2.5\n")
            try git.commit("the first model")
            _ = try git.push("HEAD:main")
            _ = try daemon.asks("line/1")
            let first = try view(daemon, "line/1")
            #expect(first.live == nil)
            #expect(first.sources.first?.commits.map(\.summary) == ["the first model"])
            #expect(first.metrics.map(\.path) == ["regression_metrics.rmse.value", "rows"])
            #expect(first.questions.map(\.customData) == ["better?"])
            let approved = try daemon.nacre("approve", "line/1", "--comment", "a start")
            #expect(approved.status == 0 && approved.errors.contains("regression_metrics.rmse.value"), "\(approved)")
            #expect(try daemon.over("line/1").status == "Succeeded")

            for number in 1...25 { try git.commit("step \(number)") }
            try git.write("rmse", "2.25\n")
            try git.commit("a better model")
            _ = try git.push("HEAD:main")
            _ = try daemon.asks("line/2")
            let second = try view(daemon, "line/2")
            #expect(second.live?.number == 1)
            #expect(second.sources.first?.commits.count == 20)
            #expect(second.sources.first?.commits.first?.summary == "a better model")
            #expect(second.sources.first?.commits.first?.author == "Ada Author <ada@example.org>")
            #expect(second.sources.first?.moreCommits == 6)
            let rmse = try #require(second.metrics.first { $0.path == "regression_metrics.rmse.value" })
            #expect(rmse.difference == -0.25 && rmse.file == "evaluation.json")
            #expect(second.variables.first { $0.name == "RMSE" }?.live == "2.5")
            #expect(second.reports.map(\.totals).first?.hasPrefix("1 test, 1 passed") == true)
            let model = try #require(second.artifacts.first { $0.name == "Model" })
            #expect(model.liveDigest != nil && model.liveDigest != model.digest)
            let text = try daemon.nacre("review", "line/2").output
            #expect(text.contains("-0.25 (-10.0 %)") && text.contains("+6 more"), "\(text)")
            #expect(try daemon.nacre("reject", "line/2", "--comment", "no").status == 0)
            // What was rejected does not become live.
            #expect(try view(daemon, "line/2").live?.number == 1)
        }
    }
}
