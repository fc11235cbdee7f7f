// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// A pipeline `line` on `main` of the repository `app`, as the tests of pipelines' faults use it.
struct PipelineScene {
    let daemon: DaemonFixture
    let git: GitFixture

    /// Makes the repository and the pipeline, whose first stage is the source.
    init(
        _ daemon: DaemonFixture,
        _ stages: [(String, [Definition.Tree])],
        mode: String = "SUPERSEDED",
        more: Definition.Tree = [:]
    ) throws {
        self.daemon = daemon
        git = try daemon.createRepository()
        let members: Definition.Tree = ["executionMode": mode, "pipelineType": "V2"]
        try daemon.define(
            Definition("line", [("Source", [Definition.source()])] + stages, more: members.merging(more) { $1 })
        )
    }

    /// Pushes a commit whose file `number` says the number.
    func push(_ number: Int) throws {
        try git.write("number", "\(number)\n")
        try git.commit("number \(number)")
        let result = try git.push("HEAD:main")
        guard result.status == 0 else { throw Program.Failure(description: "\(result)") }
    }

    // MARK: - Places where an execution waits

    /// A command that waits for the test, in each execution apart: the file `number` says in which.
    static func wait(_ place: String) -> String {
        let path = "\(ScratchDirectory.path)/\(place)"
        return "n=$(cat number); : > '\(path)'.$n.reached; until [ -e '\(path)'.$n.open ]; do sleep 0.02; done"
    }

    /// Waits until the execution of the commit with a number is at the place.
    static func reached(_ place: String, _ number: Int) throws {
        let path = "\(ScratchDirectory.path)/\(place).\(number).reached"
        try eventually("\(number) has reached \(place)") { FileManager.default.fileExists(atPath: path) }
    }

    /// Lets the execution of the commit with a number go on.
    static func open(_ place: String, _ number: Int) {
        let path = "\(ScratchDirectory.path)/\(place).\(number).open"
        _ = FileManager.default.createFile(atPath: path, contents: nil)
    }

    /// Waits until exactly these executions wait before a stage, the oldest first.
    func waiting(before stage: String, _ numbers: [Int]) throws {
        let ids = try numbers.map { number in
            try daemon.execution("line/\(number)", until: "is there") { _ in true }.id
        }
        try daemon.state(until: "has \(numbers) waiting before \(stage)") { state in
            guard let shown = state.stage(stage) else { return false }
            let inbound = shown.inboundExecutions ?? [shown.inboundExecution].compactMap { $0 }
            return Set(inbound.map(\.pipelineExecutionId)) == Set(ids)
        }
    }

    func approve(_ number: Int) throws {
        _ = try daemon.asks("line/\(number)")
        let answer = try daemon.nacre("approve", "line/\(number)", "--comment", "good")
        guard answer.status == 0 else { throw Program.Failure(description: "\(answer)") }
    }

    // MARK: - Artifacts

    /// The SHA-256 by which the store keeps an artifact of an execution.
    func digest(of artifact: String, in execution: String = "line/1") throws -> String {
        let listed = try daemon.nacre("artifacts", "list", execution, artifact)
        let words = listed.output.split(whereSeparator: \.isWhitespace)
        guard let index = words.firstIndex(of: "sha256"), index + 1 < words.count else {
            throw Program.Failure(description: "\(listed)")
        }
        return String(words[index + 1])
    }

    /// The file in the store.
    func storedFile(_ digest: String) -> String {
        "\(daemon.home)/artifacts/\(digest.prefix(2))/\(digest.dropFirst(2))"
    }

    /// Changes one bit in the middle of a stored file, as a disk does.
    /// - Returns: the SHA-256 that the file has now.
    func damage(_ digest: String) throws -> String {
        let path = storedFile(digest)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        var data = try Data(contentsOf: URL(fileURLWithPath: path))
        data[data.count / 2] ^= 1
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.write(contentsOf: data)
        try file.close()
        let sum = try Program.run("sha256sum", [path], environment: Program.path)
        return String(sum.output.prefix(64))
    }
}
