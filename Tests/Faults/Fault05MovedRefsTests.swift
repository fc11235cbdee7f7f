// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Fault 5: refs that git moves", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault05MovedRefsTests {
    @Test("5: pack-refs and gc make no build, and lose none")
    func packing() throws {
        try DaemonFixture.run { daemon in
            let git = try IngestFixture.repository(daemon, flags: ["--no-hooks", "--branches", "**"])
            #expect(try git.push("HEAD:main", "HEAD:refs/heads/a", "HEAD:refs/heads/b").status == 0)
            _ = try IngestFixture.results(daemon, count: 3)
            try git.gitInBare("pack-refs", "--all", "--prune")
            try git.gitInBare("gc", "-q", "--prune=now")
            let commit = try git.commit("after gc")
            #expect(try git.push("HEAD:refs/heads/a").status == 0)
            #expect(try IngestFixture.results(daemon, count: 4).last == "app#4 a SUCCEEDED")
            #expect(try daemon.build().resolvedSourceVersion == commit)
            try daemon.stop()
            try git.gitInBare("pack-refs", "--all", "--prune")
            try daemon.start()
            #expect(try daemon.builds().count == 4)
        }
    }

    @Test("5: a ref that only packed-refs tells of is noticed, lock files are not")
    func packedOnly() throws {
        try DaemonFixture.run { daemon in
            let git = try IngestFixture.repository(daemon, flags: ["--no-hooks", "--branches", "**"])
            try git.gitInBare("pack-refs", "--all", "--prune")
            let old = try git.gitInBare("rev-parse", "main")
            let new = try git.git("rev-parse", "HEAD")
            #expect(try git.push("HEAD:refs/tags/there").status == 0)
            // What stays behind when git is killed; renamed over, removed, in new folders.
            let heads = "\(git.bare)/refs/heads"
            for name in ["main.lock", "deep/er/x.lock", "x.lock"] {
                let path = "\(heads)/\(name)"
                let folder = (path as NSString).deletingLastPathComponent
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try Data("\(new)\n".utf8).write(to: URL(fileURLWithPath: path))
            }
            try FileManager.default.removeItem(atPath: "\(heads)/x.lock")
            // As another git would: the file is replaced as a whole.
            let packed = try String(contentsOfFile: "\(git.bare)/packed-refs", encoding: .utf8)
            let changed = packed.replacingOccurrences(of: old, with: new)
            #expect(changed != packed)
            try Data(changed.utf8).write(to: URL(fileURLWithPath: "\(git.bare)/packed-refs"), options: .atomic)
            #expect(try IngestFixture.results(daemon, count: 1) == ["app#1 main SUCCEEDED"])
            #expect(try daemon.build().resolvedSourceVersion == new)
            // A rename of a folder of refs moves them all.
            try FileManager.default.removeItem(atPath: "\(heads)/deep/er/x.lock")
            try git.gitInBare("update-ref", "refs/heads/deep/er/x", new)
            #expect(try IngestFixture.results(daemon, count: 2).last == "app#2 deep/er/x SUCCEEDED")
            try FileManager.default.moveItem(atPath: "\(heads)/deep", toPath: "\(heads)/moved")
            #expect(try IngestFixture.results(daemon, count: 3).last == "app#3 moved/er/x SUCCEEDED")
        }
    }

    @Test("5: a repository that keeps its refs in a reftable is refused by name, and marked bad when it becomes one")
    func reftable() throws {
        try DaemonFixture.run { daemon in
            // Simulated: git before 2.45 makes none, but a repository says in its configuration that it is one.
            let git = try IngestFixture.repository(daemon, flags: ["--no-hooks"])
            let words = [
                ["config", "core.repositoryFormatVersion", "1"], ["config", "extensions.refStorage", "reftable"],
            ]
            func change(_ path: String) throws {
                for words in words { try GitFixture.git(words, in: path) }
            }
            let other = "\(ScratchDirectory.path)/other.git"
            try FileManager.default.copyItem(atPath: git.bare, toPath: other)
            let configuration = try Data(contentsOf: URL(fileURLWithPath: "\(git.bare)/config"))
            try change(other)
            let refused = try daemon.nacre("repo", "add", other)
            #expect(refused.status == 2)
            #expect(refused.errors.lowercased().contains("refstorage"), "\(refused)")

            try change(git.bare)
            // A change of the configuration alone moves no ref; the next look at them finds it.
            let head = try Data(contentsOf: URL(fileURLWithPath: "\(git.bare)/HEAD"))
            try head.write(to: URL(fileURLWithPath: "\(git.bare)/HEAD"), options: .atomic)
            try eventually("the repository is marked bad; \(daemon.log)") {
                try daemon.nacre("repo", "list").output.lowercased().contains("refstorage")
            }
            try configuration.write(to: URL(fileURLWithPath: "\(git.bare)/config"), options: .atomic)
            #expect(try git.push("HEAD:main").status == 0)
            #expect(try daemon.finished("app#1").buildStatus == "SUCCEEDED")
        }
    }
}
