// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Fault 4: one push, one build", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault04OnceTests {
    @Test("4: a push seen by the hook and by the watcher is one build")
    func once() throws {
        try DaemonFixture.run { daemon in
            let git = try IngestFixture.repository(daemon)
            let commit = try git.git("rev-parse", "HEAD")
            #expect(try git.push("HEAD:main", options: ["nacre.wait"]).errors.contains("app#1 SUCCEEDED"))
            // Only the watcher can see this one; when it has, it has also seen the push.
            try git.gitInBare("update-ref", "refs/heads/model", commit)
            let expected = ["app#1 main SUCCEEDED", "app#2 model SUCCEEDED"]
            #expect(try IngestFixture.results(daemon, count: 2) == expected)
            try daemon.stop()
            try daemon.start()
            #expect(try daemon.builds().count == 2)
        }
    }

    @Test("4: a hook that is run again for the same update, now or after a restart, makes no second build")
    func again() throws {
        try DaemonFixture.run { daemon in
            let git = try IngestFixture.repository(daemon)
            let old = try git.gitInBare("rev-parse", "main")
            let new = try git.git("rev-parse", "HEAD")
            #expect(try git.push("HEAD:main", options: ["nacre.wait"]).status == 0)
            func runHook(_ line: String) throws {
                let environment = GitFixture.environment.merging(["GIT_DIR": "."]) { $1 }
                let hook = "\(git.bare)/hooks/post-receive"
                let result = try Program.run(hook, [], environment: environment, in: git.bare, input: Array(line.utf8))
                #expect(result.status == 0, "\(result)")
            }
            for _ in 0..<3 { try runHook("\(old) \(new) refs/heads/main\n") }
            try daemon.stop(SIGKILL)
            try daemon.start()
            try runHook("\(old) \(new) refs/heads/main\n")
            #expect(try daemon.builds().map(\.buildNumber) == [1])
            // There and back again is two pushes more.
            try git.gitInBare("update-ref", "refs/heads/main", old)
            try runHook("\(new) \(old) refs/heads/main\n")
            try git.gitInBare("update-ref", "refs/heads/main", new)
            try runHook("\(old) \(new) refs/heads/main\n")
            try runHook("\(old) \(new) refs/heads/main\n")
            #expect(try IngestFixture.results(daemon, count: 3).count == 3)
            #expect(try daemon.builds().map(\.resolvedSourceVersion) == [new, old, new])
        }
    }
}
