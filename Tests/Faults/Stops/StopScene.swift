// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// One push that is built and runs through a pipeline, seen through again and again with somebody stopped on the way.
///
/// The push moves `model`, which is built, and `main`, whose pipeline builds a project and then runs a command on what that
/// has made. Each of the three notes outside of the home that it runs. One push, three builds and one execution lie in the
/// past, so that there are numbers to rise from.
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
            let git = try daemon.createRepository()
            try git.write("buildspec.yml", buildspec("model"))
            try git.commit("first")
            try git.push("HEAD:refs/heads/main", options: ["nacre.skip"])
            try daemon.apply(Definition.project("compile", buildspec: buildspec("compile")), file: "compile.json")
            let check = Definition.commands("Check", [note("check"), "cat out.txt"], inputs: ["Made"])
            try daemon.define(
                Definition(
                    "line",
                    [
                        ("Source", [Definition.source()]),
                        ("Build", [Definition.build("Compile", project: "compile", outputs: ["Made"])]),
                        ("Check", [check]),
                    ],
                    more: ["executionMode": "QUEUED", "pipelineType": "V2"]
                )
            )
            try git.push("HEAD:refs/heads/model")
            _ = try daemon.over("line/1")
            _ = try daemon.finished("app#1")
            try git.write("src/news.txt", "news\n")
            try git.commit("second")
            try daemon.stop()
        }
        try FileManager.default.createDirectory(atPath: template, withIntermediateDirectories: true)
        for name in Self.kept { try run("cp", "-a", "\(folder)/\(name)", template) }
    }

    /// What a run changes, and the next one needs as it was.
    private static let kept = ["home", "app", "runs"]

    private func note(_ name: String) -> String { "echo \(name) >> '\(folder)/runs'" }

    private func buildspec(_ name: String) -> String {
        """
        version: 0.2
        phases:
          build:
            commands:
              - \(note(name))
              - echo made by \(name) > out.txt
        artifacts:
          files: [out.txt]

        """
    }

    // MARK: - One run

    /// Sees the push through, with stops, each in a daemon of its own, and a last daemon that nobody stops.
    /// - Returns: how it came out, and the operations of each daemon.
    func run(_ points: [StopPoint]) throws -> (end: SceneEnd, operations: [[Operation]]) {
        for name in Self.kept {
            try run("rm", "-rf", "\(folder)/\(name)")
            try run("cp", "-a", "\(template)/\(name)", folder)
        }
        var watch = SceneWatch(home: home)
        var operations: [[Operation]] = []
        var answer = ""
        for point in points.map(Optional.some) + [nil] {
            let daemon = try TracedDaemon(in: folder, until: point)
            try daemon.waitUntilReady()
            if answer.isEmpty { answer = try push() }
            try eventually("the push is seen through; \(point.map { "\($0)" } ?? "no stop"): \(daemon.text)") {
                try daemon.hasEnded || watch.isOver()
            }
            if point == nil {
                try daemon.end(SIGKILL)
                continue
            }
            if !daemon.hasEnded { try daemon.end() }
            operations.append(daemon.operations)
            watch.stop()
            if case .supervisor = point?.subject { continue }
            // What else ends a daemon is a fault of its own.
            guard daemon.wasStopped || daemon.text.contains("Daemon is stopping") else {
                throw Program.Failure(
                    description: "the daemon has ended before \(point?.description ?? ""): \(daemon.text)"
                )
            }
        }
        // As it is in the eyes of one more daemon.
        let last = try TracedDaemon(in: folder, until: nil)
        try last.waitUntilReady()
        let end = try SceneEnd(home: home, runs: "\(folder)/runs", watch: watch, answer: answer)
        try last.end()
        return (end, operations)
    }

    /// - Returns: what git said.
    private func push() throws -> String {
        let result = try Program.run(
            "git",
            ["-C", work, "push", "origin", "HEAD:refs/heads/main", "HEAD:refs/heads/model"],
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
