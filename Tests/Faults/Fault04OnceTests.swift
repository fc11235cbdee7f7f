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

    @Test("4: a hook that speaks after a scan adds no build, and the pusher hears that the options came late")
    func late() throws {
        try DaemonFixture.run { daemon in
            let git = try IngestFixture.repository(daemon)
            let old = try git.gitInBare("rev-parse", "main")
            let new = try git.git("rev-parse", "HEAD")
            #expect(try git.push("HEAD:refs/made/elsewhere").status == 0)
            try daemon.stop()
            try git.gitInBare("update-ref", "refs/heads/main", new)
            try daemon.start()
            #expect(try IngestFixture.results(daemon, count: 1) == ["app#1 main SUCCEEDED"])
            let options = ["GIT_DIR": ".", "GIT_PUSH_OPTION_COUNT": "1", "GIT_PUSH_OPTION_0": "nacre.env.A=b"]
            let heard = try Program.run(
                "\(git.bare)/hooks/post-receive",
                [],
                environment: GitFixture.environment.merging(options) { $1 },
                in: git.bare,
                input: Array("\(old) \(new) refs/heads/main\n".utf8)
            )
            #expect(heard.output.contains("queued app#1"), "\(heard)")
            #expect(heard.output.contains("main was noticed before the hook told of it"), "\(heard)")
            #expect(try daemon.builds().count == 1)
        }
    }

    @Test("4: pushes of two people to one branch at once are each built once")
    func people() throws {
        try DaemonFixture.run { daemon in
            let git = try IngestFixture.repository(daemon)
            #expect(try git.push("HEAD:main").status == 0)
            let script = """
                git clone -q "$1" "$2" && cd "$2" || exit 1
                for number in 1 2 3; do
                    until
                        git fetch -q origin main &&
                            new=$(git commit-tree -p FETCH_HEAD -m "$2 $number" 'FETCH_HEAD^{tree}') &&
                            git push -q origin "$new:refs/heads/main"
                    do :; done
                done
                """
            let people = try ["ann", "bob"].map { name in
                try BackgroundProgram(
                    "/bin/sh",
                    ["-c", script, "sh", git.bare, "\(ScratchDirectory.path)/\(name)"],
                    environment: GitFixture.environment,
                    name: name
                )
            }
            for person in people { #expect(try person.wait() == 0, "\(person.errors)") }
            #expect(try IngestFixture.results(daemon, count: 7).count == 7)
            let pushed = try git.gitInBare("rev-list", "-7", "main").split(separator: "\n").map(String.init)
            let builds = try daemon.builds()
            #expect(builds.map(\.buildNumber) == Array((1...7).reversed()))
            #expect(Set(builds.map { $0.resolvedSourceVersion ?? "" }) == Set(pushed))
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
