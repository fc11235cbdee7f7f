// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// One push that is built and runs through a pipeline, seen through again and again with somebody stopped on the way.
///
/// The push moves `model`, which is built, makes `broken`, whose build fails with exit code 7, and moves `main`, whose pipeline
/// builds a project with a cache and a test report, runs a command on what that has made, asks for an approval, and puts it
/// into a bucket. Each of the four builds notes outside of the home that it runs. One push, three builds and one execution
/// lie in the past, so that there are numbers to rise from.
struct StopScene {
    private let folder: String
    private var home: String { "\(folder)/home" }
    private var template: String { "\(folder)/template" }
    private let work: String

    /// Makes the home as it is before the push.
    init(in folder: String = ScratchDirectory.path) throws {
        self.folder = folder
        work = "\(folder)/app/work"
        try DaemonFixture.run(in: folder) { daemon in
            let git = try daemon.createRepository(branches: "main,model,broken")
            try git.write("buildspec.yml", buildspec("model"))
            try git.commit("first")
            try git.push("HEAD:refs/heads/main", options: ["nacre.skip"])
            _ = try daemon.nacre("bucket", "create", "site")
            let compile = buildspec("compile", more: Self.more)
            try daemon.apply(Definition.project("compile", buildspec: compile), file: "compile.json")
            let check = Definition.commands("Check", [note("check"), "cat out.txt"], inputs: ["Made"])
            try daemon.define(
                Definition(
                    "line",
                    [
                        ("Source", [Definition.source()]),
                        ("Build", [Definition.build("Compile", project: "compile", outputs: ["Made"])]),
                        ("Check", [check]),
                        ("Approve", [Definition.approval("Ask")]),
                        ("Deploy", [Self.deploy]),
                    ],
                    more: ["executionMode": "QUEUED", "pipelineType": "V2"]
                )
            )
            try git.push("HEAD:refs/heads/model")
            _ = try daemon.asks("line/1")
            _ = try daemon.nacre("approve", "line/1", "--comment", "good")
            guard try daemon.over("line/1").status == "Succeeded" else {
                throw Program.Failure(description: "the first execution has failed: \(daemon.log)")
            }
            _ = try daemon.finished("app#1")
            try git.write("src/news.txt", "news\n")
            try git.commit("second")
            try git.git("checkout", "-q", "-b", "broken")
            try git.write("buildspec.yml", buildspec("broken", ending: "exit 7"))
            try git.commit("broken")
            try git.git("checkout", "-q", "main")
            try daemon.stop()
        }
        try FileManager.default.createDirectory(atPath: template, withIntermediateDirectories: true)
        for name in Self.kept { try run("cp", "-a", "\(folder)/\(name)", template) }
    }

    /// What a run changes, and the next one needs as it was.
    private static let kept = ["home", "app", "runs"]

    private func note(_ name: String) -> String { "echo \(name) >> '\(folder)/runs'" }

    private func buildspec(_ name: String, ending: String = "echo done", more: String = "") -> String {
        """
        version: 0.2
        phases:
          build:
            commands:
              - \(note(name))
              - echo made by \(name) of $CODEBUILD_RESOLVED_SOURCE_VERSION > out.txt
              - echo '<testsuite name="s"><testcase classname="c" name="adds" time="0.5"/></testsuite>' > unit.xml
              - \(ending)
        artifacts:
          files: [out.txt]
        \(more)
        """
    }

    private static let more = "cache: {paths: [out.txt]}\nreports: {unit: {files: [unit.xml]}}\n"

    private static var deploy: Definition.Tree {
        [
            "name": "Put", "inputArtifacts": [["name": "Made"]],
            "configuration": ["BucketName": "site", "Extract": "true"],
            "actionTypeId": ["category": "Deploy", "owner": "AWS", "provider": "S3", "version": "1"],
        ]
    }

    // MARK: - One run

    /// Sees the push through, with stops, each in a daemon of its own, and a last daemon that nobody stops.
    /// - Returns: how it came out, and what was done in each daemon that was to be stopped.
    func run(_ points: [StopPoint]) throws -> (end: SceneEnd, runs: [TracedRun]) {
        for name in Self.kept {
            try run("rm", "-rf", "\(folder)/\(name)")
            try run("cp", "-a", "\(template)/\(name)", folder)
        }
        var watch = SceneWatch(home: home)
        var runs: [TracedRun] = []
        var answer = ""
        for point in points.map(Optional.some) + [nil] {
            let daemon = try TracedDaemon(in: folder, until: point)
            try daemon.waitUntilReady()
            if answer.isEmpty { answer = try push() }
            try eventually("the push is seen through; \(point.map { "\($0)" } ?? "no stop"): \(daemon.text)") {
                try daemon.hasEnded || watch.isOver()
            }
            guard let point else {
                try daemon.end(SIGKILL)
                continue
            }
            if !daemon.hasEnded { try daemon.end() }
            let run = TracedRun(point: point, operations: daemon.operations, wasStopped: daemon.wasStopped)
            runs.append(run)
            watch.stop()
            if case .supervisor = point.subject { continue }
            // What else ends a daemon is a fault of its own.
            guard run.wasStopped || daemon.text.contains("Daemon is stopping") else {
                throw Program.Failure(description: "the daemon has ended before \(point): \(daemon.text)")
            }
        }
        // As it is in the eyes of one more daemon.
        let last = try TracedDaemon(in: folder, until: nil)
        try last.waitUntilReady()
        _ = try watch.isOver()
        let end = try SceneEnd(home: home, notes: "\(folder)/runs", watch: &watch, answer: answer, runs: runs)
        try last.end()
        return (end, runs)
    }

    /// - Returns: what git said.
    private func push() throws -> String {
        let result = try Program.run(
            "git",
            ["-C", work, "push", "origin", "HEAD:refs/heads/main", "HEAD:refs/heads/model", "broken"],
            environment: GitFixture.environment
        )
        guard result.status == 0 else { throw Program.Failure(description: "\(result)") }
        return result.errors
    }

    private func run(_ words: String...) throws {
        let result = try Program.run(words[0], Array(words.dropFirst()), environment: Program.path)
        guard result.status == 0 else { throw Program.Failure(description: "\(words): \(result)") }
    }
}
