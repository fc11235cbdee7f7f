// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Retries and time limits of pushed builds", .scratchDirectory, .timeLimit(.minutes(40)))
struct RetryTests {
    private func spec(_ rule: String, _ commands: String...) -> String {
        BuildspecText.commands(commands.joined(separator: "\n"))
            .replacing("    commands:", with: "    on-failure: \(rule)\n    commands:")
    }

    /// Pushes a buildspec to a branch.
    private func push(_ git: GitFixture, _ buildspec: String, to branch: String = "main") throws {
        try git.write("buildspec.yml", buildspec)
        try git.commit()
        let result = try git.push("HEAD:\(branch)")
        guard result.status == 0 else { throw Program.Failure(description: "\(result)") }
    }

    @Test("each try is a build with the next number, and they name each other")
    func linked() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            try push(git, spec("RETRY-2", "echo try $CODEBUILD_BUILD_NUMBER; exit 3"))
            #expect(try daemon.finished("app#3").buildStatus == "FAILED")
            let builds = try ["app#1", "app#2", "app#3"].map { try daemon.finished($0) }
            #expect(try daemon.builds().count == 3)
            #expect(builds.map(\.buildStatus) == ["FAILED", "FAILED", "FAILED"])
            #expect(builds.map { $0.autoRetryConfig?.autoRetryNumber } == [0, 1, 2])
            #expect(builds.map { $0.autoRetryConfig?.nextAutoRetry } == [builds[1].arn, builds[2].arn, nil])
            #expect(builds.map { $0.autoRetryConfig?.previousAutoRetry } == [nil, builds[0].arn, builds[1].arn])
            #expect(Set(builds.map(\.resolvedSourceVersion)).count == 1)
            #expect(builds.enumerated().allSatisfy { $1.log.contains("\ntry \($0 + 1)\n") })
        }
    }

    @Test("a try that succeeds is the last; what does not match is not tried again")
    func lastTry() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            try push(git, spec("RETRY-5-.*exit status 4", "test $CODEBUILD_BUILD_NUMBER -gt 1 || exit 4"))
            #expect(try daemon.finished("app#2").buildStatus == "SUCCEEDED")
            try push(git, spec("RETRY-5-.*exit status 4", "exit 5"))
            #expect(try daemon.finished("app#3").buildStatus == "FAILED")
            #expect(try daemon.builds().count == 3)
        }
    }

    @Test("which try a build is, and so how many there are, is not what its own result says")
    func forged() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            try push(git, spec("RETRY-1", "exit 3"))
            #expect(try daemon.finished("app#2").buildStatus == "FAILED")
            let first = try daemon.finished("app#1")
            let forge = """
                cd "$CODEBUILD_SRC_DIR/../.."
                sed -e "s/\(first.uuid)/${CODEBUILD_BUILD_ID#*:}/g" -e 's/"autoRetryLimit" *: *1/"autoRetryLimit":2/' \
                '\(daemon.home)/builds/\(first.uuid)/result.json' > result.json
                kill -9 "$(cut -d ' ' -f 1 lock)"
                """
            try push(git, BuildspecText.commands(forge))
            let last = try daemon.finished("app#5")
            #expect(last.buildStatus == "FAILED")
            #expect(try daemon.builds().count == 5)
            #expect(last.autoRetryConfig?.autoRetryNumber == 2 && last.autoRetryConfig?.nextAutoRetry == nil)
        }
    }

    @Test("a project's own limit holds for every failure")
    func projectLimit() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            #expect(try daemon.nacre("repo", "set", "app", "--retries", "1").status == 0)
            try push(git, BuildspecText.commands("exit 1"))
            #expect(try daemon.finished("app#2").buildStatus == "FAILED")
            #expect(try daemon.builds().count == 2)
        }
    }

    @Test("a daemon that dies while a build fails tries it again once")
    func killed() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            let gate = Gate()
            try push(git, spec("RETRY-1", gate.command, "exit 1"))
            try gate.waitUntilReached()
            let uuid = try daemon.build("app#1").uuid
            try daemon.stop(SIGKILL)
            gate.open()
            try eventually("the build has ended") {
                FileManager.default.fileExists(atPath: "\(daemon.home)/builds/\(uuid)/result.json")
            }
            try daemon.start()
            #expect(try daemon.finished("app#2").autoRetryConfig?.autoRetryNumber == 1)
            try daemon.stop(SIGKILL)
            try daemon.start()
            #expect(try daemon.builds().map(\.buildStatus) == ["FAILED", "FAILED"])
        }
    }

    @Test("a build that waits for too long is given up; the one before it goes on")
    func queued() throws {
        try DaemonFixture.run(jobs: 1) { daemon in
            let git = try daemon.createRepository()
            let gate = Gate()
            try push(git, BuildspecText.commands(gate.command))
            try gate.waitUntilReached()
            #expect(try daemon.nacre("repo", "set", "app", "--queued-timeout", "1s").status == 0)
            try push(git, BuildspecText.commands("true"), to: "model")
            let second = try daemon.finished("app#2")
            #expect(second.buildStatus == "TIMED_OUT")
            #expect(second.phase("QUEUED")?.phaseStatus == "TIMED_OUT")
            #expect(second.phase("BUILD") == nil)
            gate.open()
            #expect(try daemon.finished("app#1").buildStatus == "SUCCEEDED")
        }
    }

    @Test("a build that takes too long is ended")
    func timedOut() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            #expect(try daemon.nacre("repo", "set", "app", "--timeout", "1s").status == 0)
            try push(git, spec("RETRY", "sleep 600"))
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "TIMED_OUT")
            #expect(build.phase("BUILD")?.phaseStatus == "TIMED_OUT")
            #expect(build.phase("POST_BUILD") == nil)
            #expect(try daemon.builds().count == 1)
        }
    }

    @Test("repo set shows, changes and takes back settings, and refuses what is none")
    func settings() throws {
        try DaemonFixture.run { daemon in
            _ = try daemon.createRepository()
            func rows(_ arguments: String...) throws -> [String] {
                let result = try Program.run(
                    Program.product("nacre"),
                    ["repo", "set", "app"] + arguments,
                    environment: Program.path.merging(["NACRE_HOME": daemon.home]) { $1 }
                )
                #expect(result.status == 0, "\(result)")
                return result.output.split(separator: "\n").map { line in
                    line.split(separator: " ").joined(separator: " ")
                }
            }
            #expect(try rows() == [])
            let set = ["timeout 20m 00s", "retries 2", "memory 2.1 GB"]
            #expect(try rows("--timeout", "20m", "--retries", "2", "--memory", "2G") == set)
            #expect(try rows() == set)
            #expect(try rows("--memory", "default", "--cpus", "1.5") == ["timeout 20m 00s", "retries 2", "cpus 1.5"])
            try daemon.stop()
            try daemon.start()
            #expect(try rows() == ["timeout 20m 00s", "retries 2", "cpus 1.5"])
            #expect(try daemon.nacre("repo", "set", "other").status == 5)
            for wrong in [["--timeout", "soon"], ["--retries", "101"], ["--memory", "big"], ["--cpus", "0"]] {
                #expect(try daemon.nacre("repo", "set", "app", wrong[0], wrong[1]).status == 2, "\(wrong)")
            }
            #expect(try rows() == ["timeout 20m 00s", "retries 2", "cpus 1.5"])
        }
    }
}
