// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("The verbs of pipelines and executions", .scratchDirectory, .timeLimit(.minutes(40)))
struct VerbTests {
    /// Pushes a commit to a pipeline that has just been defined: `line/1`.
    @discardableResult
    private func begin(_ daemon: DaemonFixture, _ stages: [(String, [Definition.Tree])]) throws -> GitFixture {
        let git = try daemon.createRepository()
        try daemon.define(Definition("line", [("Source", [Definition.source()])] + stages))
        try git.commit("first \u{1B}[31mred\u{1B}[0m change")
        let push = try git.push("HEAD:main")
        #expect(push.status == 0, "\(push)")
        return git
    }

    private func json(_ result: Program.Result) throws -> [String: Any] {
        guard result.status == 0 else { throw Program.Failure(description: "\(result)") }
        return try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any] ?? [:]
    }

    @Test("a good execution is told by every verb, under each of its names")
    func good() throws {
        try DaemonFixture.run { daemon in
            let output: Definition.Tree = ["outputArtifacts": [["name": "Model", "files": ["model.json"]]]]
            let make = Definition.commands("Make", ["echo making; echo '{\"rmse\": 2}' > model.json"], output)
            try begin(
                daemon,
                [("Build", [make]), ("Check", [Definition.commands("Use", ["cat model.json"], inputs: ["Model"])])]
            )
            let watched = try daemon.nacre("watch", try daemon.execution("line/1", until: "is there") { _ in true }.id)
            #expect(watched.status == 0, "\(watched)")
            #expect(watched.output.contains("Build/Make  Succeeded in "))
            #expect(watched.output.hasSuffix("line/1 Succeeded\n"))

            let shown = try daemon.nacre("show", "line/latest")
            #expect(shown.status == 0)
            for text in ["line/1  Succeeded", "SOURCES", "Ada Author", "ARTIFACTS", "Build/Make → Check/Use", "✓ Make"]
            {
                #expect(shown.output.contains(text), "no \(text) in \(shown)")
            }
            #expect(!shown.output.contains("\u{1B}"))
            #expect(shown.output.contains("first ^[[31mred^[[0m change"))

            let id = try daemon.execution("line/1").id
            #expect(try daemon.execution(String(id.prefix(8))).id == id)
            #expect(try daemon.execution(id).id == id)

            let pipelines = try json(try daemon.nacre("pipeline", "list", "--json"))["pipelines"] as? [[String: Any]]
            #expect(pipelines?.map { $0["name"] as? String } == ["line"])
            let list = try json(try daemon.nacre("list", "--pipeline", "line", "--json"))
            let summary = try #require((list["pipelineExecutionSummaries"] as? [[String: Any]])?.first)
            #expect(summary["pipelineExecutionId"] as? String == id)
            #expect(summary["pipelineName"] == nil)
            #expect(try daemon.nacre("list", "-e", "--status", "Succeeded").output.contains("line/1"))
            #expect(try daemon.nacre("list", "-e", "--status", "Failed").output.isEmpty)
            #expect(try daemon.nacre("pipeline", "list").output.contains("line/1"))

            #expect(try daemon.nacre("logs", "line/1", "Make").output.contains("making"))
            #expect(try daemon.nacre("logs", "line/1", "Build/Make", "-f").status == 0)
            #expect(try daemon.nacre("logs", "line/1", "Nothing").status == 5)
            let file = try daemon.nacre("artifacts", "cat", "line/1", "Model", "model.json")
            #expect(file.output == "{\"rmse\": 2}\n", "\(file)")
            #expect(try daemon.nacre("artifacts", "list", "line/1").output.contains("model.json"))
            let folder = "\(ScratchDirectory.path)/out"
            #expect(try daemon.nacre("artifacts", "get", "line/1", "Model", "-o", folder, "--unpacked").status == 0)
            #expect(FileManager.default.fileExists(atPath: "\(folder)/Model/model.json"))
            #expect(try daemon.nacre("artifacts", "get", "line/1", "Other", "-o", folder).status == 5)
        }
    }

    @Test("a failed execution says why, shows its log's end, and names the commands that go on")
    func failed() throws {
        try DaemonFixture.run { daemon in
            let flag = "\(ScratchDirectory.path)/mended"
            try begin(
                daemon,
                [("Build", [Definition.commands("Work", ["echo the disk is full", "test -e '\(flag)'"])])]
            )
            _ = try daemon.over("line/1")
            #expect(try daemon.nacre("watch", "line/1").status == 1)
            let shown = try daemon.nacre("show", "line/1").output
            for text in [
                "line/1  Failed", "why       Build/Work: JobFailed", "FAILED Build/Work", "the disk is full",
                "nacre logs line/1 Work", "nacre pipeline retry line/1",
            ] { #expect(shown.contains(text), "no \(text) in \(shown)") }
            #expect(try daemon.nacre("pipeline", "show", "line").output.contains("nacre pipeline retry line/1"))

            #expect(FileManager.default.createFile(atPath: flag, contents: nil))
            let retried = try daemon.nacre("pipeline", "retry", "line/latest", "--wait")
            #expect(retried.status == 0, "\(retried)")
            #expect(retried.output == "line/1\n")
            #expect(try daemon.execution("line/1").attempts("Work").map(\.status) == ["Failed", "Succeeded"])
            let again = try daemon.nacre("pipeline", "retry", "line/1")
            #expect(again.status == 1)
            #expect(again.errors.contains("no stage of line/1 has failed"))
        }
    }

    @Test("a stopped execution ends its followers with 6, and keeps the reason")
    func stopped() throws {
        try DaemonFixture.run { daemon in
            let gate = Gate()
            try begin(
                daemon,
                [("Build", [Definition.commands("Work", gate.command.split(separator: "\n").map(String.init))])]
            )
            try gate.waitUntilReached()
            let watch = try BackgroundProgram(
                Program.product("nacre"),
                ["watch", "line/1"],
                environment: Program.path.merging(["NACRE_HOME": daemon.home]) { $1 },
                name: "watch"
            )
            try eventually("the watcher sees the action") { watch.output.contains("Build/Work  InProgress") }
            let stop = try daemon.nacre("stop", "line/1", "--abandon", "--reason", "wrong data")
            #expect(stop.status == 0, "\(stop)")
            #expect(try watch.wait() == 6)
            #expect(try daemon.nacre("show", "line/1").output.contains("wrong data"))
            let list = try json(try daemon.nacre("list", "--pipeline", "line", "--json"))
            let summary = try #require((list["pipelineExecutionSummaries"] as? [[String: Any]])?.first)
            #expect((summary["stopTrigger"] as? [String: String]) == ["reason": "wrong data"])
            #expect(try daemon.nacre("stop", "line/1").status == 1)
            gate.open()
        }
    }

    @Test("of several waiting approvals one is chosen by name, and a late answer hears who was first")
    func severalApprovals() throws {
        try DaemonFixture.run { daemon in
            try begin(daemon, [("Ask", [Definition.approval("Left"), Definition.approval("Right")])])
            _ = try daemon.asks("line/1", "Left")
            _ = try daemon.asks("line/1", "Right")
            let open = try daemon.nacre("approve", "line", "--comment", "fine")
            #expect(open.status == 2)
            #expect(open.errors.contains("nacre approve line/1 --stage Ask --action Left"))
            #expect(open.errors.contains("nacre approve line/1 --stage Ask --action Right"))

            let answer = try json(try daemon.nacre("approve", "line", "--action", "Left", "--yes", "--json"))
            #expect(answer["approvedAt"] is Double)
            let late = try daemon.nacre("reject", "line/1", "--action", "Left", "--comment", "no")
            #expect(late.status == 1)
            #expect(late.errors.contains("Ask/Left of line/1 was approved by "), "\(late)")
            let rejected = try daemon.nacre("reject", "line/1", "--comment", "no", "--wait")
            #expect(rejected.status == 8, "\(rejected)")
            #expect(try daemon.nacre("show", "line/1").output.contains("rejected by "))
            #expect(try daemon.nacre("approve", "nothing", "--comment", "fine").status == 5)
        }
    }

    @Test("on a terminal the graph is drawn in place, and an approval without a comment asks first")
    func terminal() throws {
        try DaemonFixture.run { daemon in
            try begin(daemon, [("Ask", [Definition.approval("Person")])])
            _ = try daemon.asks("line/1", "Person")
            let environment = Program.path.merging(["NACRE_HOME": daemon.home]) { $1 }
            let nacre = Program.product("nacre")
            let watch = try TerminalProgram(nacre, ["watch", "line/1"], environment: environment)
            try watch.expect("Person")
            try watch.expect("nacre approve line/1")
            // The clock runs: what was drawn is drawn over.
            try watch.expect("A\r\u{1B}[J")
            let first = try TerminalProgram(nacre, ["approve", "line/1"], environment: environment)
            try first.expect("Approve Ask/Person of line/1? [y/N]")
            try first.type("n\n")
            #expect(try first.wait() == 1)
            let second = try TerminalProgram(nacre, ["approve", "line/1"], environment: environment)
            try second.expect("[y/N]")
            try second.type("y\n")
            #expect(try second.wait() == 0)
            try watch.expect("line/1 Succeeded")
            #expect(try watch.wait() == 0)
        }
    }

    @Test("what is not there is 5, what makes no sense is 2")
    func wrong() throws {
        try DaemonFixture.run { daemon in
            try begin(daemon, [("Build", [Definition.commands("Work", ["true"])])])
            _ = try daemon.over("line/1")
            let cases: [([String], Int32)] = [
                (["show", "line/7"], 5), (["watch", "other/1"], 5), (["pipeline", "show", "other"], 5),
                (["pipeline", "start", "line", "--source", "Source"], 2),
                (["pipeline", "start", "line", "--variable", "X=1"], 2),
                (["pipeline", "disable", "line", "Nowhere"], 5),
                (["list", "--status", "Failed"], 2), (["list", "-e", "--status", "FAILED"], 2),
                (["stop", "line/1"], 1), (["approve", "line/1"], 1),
                (["logs", "line/1", "Source"], 5), (["pipeline", "rollback", "line", "--stage", "Build"], 1),
            ]
            for (words, code) in cases {
                let result = try Program.run(
                    Program.product("nacre"),
                    words,
                    environment: Program.path.merging(["NACRE_HOME": daemon.home]) { $1 }
                )
                #expect(result.status == code, "\(words): \(result)")
                #expect(result.errors.hasPrefix("nacre: "), "\(words): \(result)")
            }
            #expect(try daemon.nacre("show", "line").errors.contains("line/latest"))
            #expect(try daemon.nacre("pipeline", "delete", "line").status == 0)
            #expect(try daemon.nacre("pipeline", "show", "line").status == 5)
        }
    }
}
