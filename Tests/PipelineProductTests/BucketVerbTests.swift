// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import TestSupport
import Testing

@Suite("nacre bucket", .scratchDirectory, .timeLimit(.minutes(40)))
struct BucketVerbTests {
    private var home: String { "\(ScratchDirectory.path)/home" }

    private func nacre(_ arguments: String..., input: String = "") throws -> Program.Result {
        try Program.run(
            Program.product("nacre"),
            ["bucket"] + arguments,
            environment: Program.path.merging(["NACRE_HOME": home]) { $1 },
            in: ScratchDirectory.path,
            input: Array(input.utf8)
        )
    }

    private func write(_ path: String, _ text: String) throws {
        let file = "\(ScratchDirectory.path)/\(path)"
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    }

    private func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: "\(ScratchDirectory.path)/\(path)").map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// The members of a JSON object.
    private func members(_ result: Program.Result) throws -> [String: JSONValue] {
        guard case .object(let members) = try JSONText.parse(Array(result.output.utf8)) else {
            throw Program.Failure(description: "\(result)")
        }
        return members
    }

    private func string(_ value: JSONValue?) -> String {
        if case .string(let text)? = value { text } else { "" }
    }

    @Test("an object is put, listed, got, removed and brought back, without a daemon")
    func life() throws {
        #expect(try nacre("list").output == "")
        #expect(try nacre("create", "models").errors == "nacre: bucket models is there\n")
        try write("model.tar.gz", "first")
        #expect(try nacre("put", "models", "model.tar.gz").status == 0)
        let put = try nacre("put", "models", "model.tar.gz", "-", "--metadata", "stage=dev", "--json", input: "second")
        let version = string(try members(put)["VersionId"])
        #expect(version.utf8.count == 32)
        #expect(string(try members(put)["ETag"]) == "\"a9f0e61a137d86aa9db53465e0801612\"")
        #expect(try nacre("cat", "models", "model.tar.gz").output == "second")
        #expect(try nacre("get", "models", "model.tar.gz", "-").output == "second")
        let get = try nacre("get", "models", "model.tar.gz", "out", "--json")
        #expect(text("out") == "second")
        #expect(string(try members(get)["ContentType"]) == "application/gzip")
        #expect(try members(get)["Metadata"] == .object(["stage": .string("dev")]))
        #expect(try nacre("ls", "models").output.hasSuffix("  model.tar.gz\n"))
        let versions = try nacre("versions", "models").output.split(separator: "\n")
        #expect(versions.count == 2 && versions[0].hasPrefix(version) && versions[0].contains("latest"))
        let old = try #require(versions.last?.split(separator: " ").first)
        #expect(try nacre("get", "models", "model.tar.gz", "old", "--version", String(old)).status == 0)
        #expect(text("old") == "first")
        let marker = string(try members(nacre("rm", "models", "model.tar.gz", "--json"))["VersionId"])
        let gone = try nacre("cat", "models", "model.tar.gz")
        #expect(gone.status == 5 && gone.errors.hasPrefix("nacre: NoSuchKey: "), "\(gone)")
        #expect(try nacre("ls", "models").output == "")
        #expect(try nacre("rm", "models", "model.tar.gz", "--version", marker).status == 0)
        #expect(try nacre("cat", "models", "model.tar.gz").output == "second")
        #expect(try nacre("remove", "models").status == 1)
        #expect(try nacre("remove", "models", "--force").status == 0)
        #expect(try nacre("list").output == "")
    }

    @Test("a folder goes in and comes out as it was")
    func folders() throws {
        _ = try nacre("create", "site")
        try write("dist/index.html", "<p>")
        try write("dist/css/a.css", "p {}")
        try FileManager.default.createSymbolicLink(
            atPath: "\(ScratchDirectory.path)/dist/loop",
            withDestinationPath: "."
        )
        let put = try nacre("put", "site", "v1", "dist", "-r")
        #expect(put.status == 0)
        #expect(put.errors.contains("warning: loop is left out") && put.errors.hasSuffix("2 files are in site/v1/\n"))
        #expect(try nacre("put", "site", "/", "dist", "-r").status == 0)
        let list = try nacre("ls", "site", "--json")
        guard case .array(let contents)? = try members(list)["Contents"] else {
            throw Program.Failure(description: "\(list)")
        }
        #expect(contents.count == 4)
        #expect(try nacre("ls", "site", "--delimiter", "/").output.contains("v1/\n"))
        #expect(try nacre("get", "site", "v1", "back", "-r").status == 0)
        #expect(text("back/index.html") == "<p>" && text("back/css/a.css") == "p {}")
        #expect(try nacre("rm", "site", "v1", "-r").status == 0)
        #expect(try nacre("get", "site", "v1", "back", "-r").status == 5)
    }

    @Test("a key never leads out of the folder that it is written to")
    func escaping() throws {
        _ = try nacre("create", "data")
        #expect(try nacre("put", "data", "../../escaped", "-", input: "x").status == 0)
        #expect(try nacre("cat", "data", "../../escaped").output == "x")
        #expect(try nacre("get", "data", "/", "deep/er", "-r").status == 2)
        #expect(text("escaped") == nil)
        // By itself it is named by its last name.
        #expect(try nacre("get", "data", "../../escaped").status == 0)
        #expect(text("escaped") == "x")
    }

    @Test(
        "what cannot be done says why, and by its exit code",
        arguments: [
            (["create", "Models"], 2, "InvalidBucketName"), (["create", "data"], 1, "BucketAlreadyExists"),
            (["ls", "none"], 5, "NoSuchBucket"), (["put", "none", "k", "-"], 5, "NoSuchBucket"),
            (["get", "data", "none"], 5, "NoSuchKey"), (["put", "data", "missing"], 4, "No such file"),
            (["put", "data", "k", "."], 2, "-r"), (["put", "data", "k", "-", "--metadata", "x"], 2, "NAME=VALUE"),
            (["rm", "data", "none"], 5, "NoSuchKey"), (["versioning", "data", "maybe"], 2, "maybe"),
            (["remove", "none"], 5, "NoSuchBucket"), (["rm", "data", "a", "-r", "--version", "b"], 2, "--recursive"),
        ] as [([String], Int32, String)]
    )
    func failures(arguments: [String], status: Int32, text: String) throws {
        _ = try nacre("create", "data")
        let result = try Program.run(
            Program.product("nacre"),
            ["bucket"] + arguments,
            environment: Program.path.merging(["NACRE_HOME": home]) { $1 },
            in: ScratchDirectory.path
        )
        #expect(result.status == status, "\(result)")
        #expect(result.errors.contains(text), "\(result)")
        #expect(try nacre("ls", "data").output == "")
    }

    @Test("several processes put at once")
    func concurrent() async throws {
        let (home, folder) = (home, ScratchDirectory.path)
        _ = try nacre("create", "data")
        let statuses = try await withThrowingTaskGroup(of: Int32.self) { group in
            for index in 0..<6 {
                group.addTask {
                    try Program.run(
                        Program.product("nacre"),
                        ["bucket", "put", "data", "key", "-"],
                        environment: Program.path.merging(["NACRE_HOME": home]) { $1 },
                        in: folder,
                        input: Array("\(index)".utf8)
                    ).status
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses == Array(repeating: 0, count: 6))
        #expect(try nacre("versions", "data").output.split(separator: "\n").count == 6)
    }
}
