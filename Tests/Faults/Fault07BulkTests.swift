// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Fault 7: pushes in bulk", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault07BulkTests {
    /// What a daemon may take more of at the most, in kilobytes, for all that waits: a leak would be many times that.
    private static let room = 64 << 10

    @Test("7: a push of 500 refs is recorded in order, as many run as may, and memory stays flat")
    func refs() throws {
        try DaemonFixture.run(jobs: 2) { daemon in
            let buildspec = IngestFixture.buildspec(IngestFixture.stay)
            let git = try IngestFixture.repository(daemon, buildspec: buildspec, flags: ["--branches", "**"])
            let before = try IngestFixture.peakKilobytes(daemon)
            let names = (0..<500).map { "branch/\($0)" }
            let pushed = try IngestFixture.push(git, names.map { "HEAD:refs/heads/\($0)" })
            // Two lines of ours, whatever the number.
            #expect(pushed.errors.components(separatedBy: "remote: nacre:").count == 3, "\(pushed.errors)")
            #expect(pushed.errors.contains(" and 496 more"), "\(pushed.errors)")
            try IngestFixture.waitUntilHere(2)
            let builds: [ShownBuild] = try daemon.builds().reversed()
            #expect(builds.map(\.buildNumber) == Array(1...500))
            // In the order in which git tells them.
            #expect(builds.map { $0.sourceVersion ?? "" } == names)
            #expect(builds.prefix(2).allSatisfy { $0.currentPhase == "BUILD" })
            #expect(builds.dropFirst(2).allSatisfy { $0.currentPhase == "QUEUED" && $0.statusReason != nil })
            #expect(try IngestFixture.peakKilobytes(daemon) - before < Self.room)
        }
    }

    @Test("7: pushes by several people at once are each recorded once, those of one branch in its order")
    func people() throws {
        try DaemonFixture.run(jobs: 1) { daemon in
            let buildspec = IngestFixture.buildspec(IngestFixture.stay)
            let git = try IngestFixture.repository(daemon, buildspec: buildspec, flags: ["--branches", "**"])
            let commits = try IngestFixture.commits(6, in: git)
            let script = "branch=$1; shift; for commit; do git push -q origin \"$commit:refs/heads/$branch\"; done"
            let people = try (0..<4).map { person in
                try BackgroundProgram(
                    "/bin/sh",
                    ["-c", script, "sh", "person/\(person)"] + commits,
                    environment: GitFixture.environment,
                    in: git.work,
                    name: "person\(person)"
                )
            }
            for person in people { #expect(try person.wait() == 0, "\(person.errors)") }
            let builds: [ShownBuild] = try daemon.builds().reversed()
            #expect(builds.map(\.buildNumber) == Array(1...24))
            for person in 0..<4 {
                let own = builds.filter { $0.sourceVersion == "person/\(person)" }
                #expect(own.map { $0.resolvedSourceVersion ?? "" } == commits)
            }
        }
    }

    @Test("7: 200 pushes a second are all recorded in order, and memory stays flat: for a second, or a minute if asked")
    func pushes() throws {
        try DaemonFixture.run(jobs: 1) { daemon in
            let git = try IngestFixture.repository(daemon, buildspec: IngestFixture.buildspec(IngestFixture.stay))
            let commits = try IngestFixture.commits(SlowTests.areWanted ? 12_000 : 200, in: git)
            var old = try git.gitInBare("rev-parse", "main")
            var list = ""
            for commit in commits {
                list += "\(old) \(commit)\n"
                old = commit
            }
            // What `git receive-pack` does at the end of a push, as fast as it goes: it moves the ref and runs the hook.
            let script = """
                while read old new; do
                    git update-ref refs/heads/main "$new" "$old" || exit 1
                    echo "$old $new refs/heads/main" | GIT_DIR=. hooks/post-receive || exit 1
                done
                """
            func push(_ text: String) throws {
                let result = try Program.run(
                    "sh",
                    ["-c", script],
                    environment: GitFixture.environment,
                    in: git.bare,
                    input: Array(text.utf8),
                    seconds: 1200
                )
                #expect(result.status == 0, "\(result.errors)")
                #expect(result.output.components(separatedBy: "nacre: queued").count - 1 == text.count { $0 == "\n" })
            }
            let lines = list.split(separator: "\n").map { "\($0)\n" }
            let half = lines.count / 2
            try push(lines[..<half].joined())
            let before = try IngestFixture.peakKilobytes(daemon)
            try push(lines[half...].joined())
            #expect(try IngestFixture.peakKilobytes(daemon) - before < Self.room)
            let listed = try daemon.nacre("list", "--json", "-n", String(commits.count + 1))
            let newestFirst: [ShownBuild] = try ShownBuild.decode(listed)
            let builds = Array(newestFirst.reversed())
            #expect(builds.map(\.buildNumber) == Array(1...commits.count))
            #expect(builds.map { $0.resolvedSourceVersion ?? "" } == commits)
            #expect(builds.filter { $0.currentPhase != "QUEUED" }.count == 1)
        }
    }

    @Test("7: executions that newer pushes have overtaken say so, and the newest runs")
    func superseded() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            let gate = Gate()
            try daemon.define(
                Definition(
                    "line",
                    [
                        ("Source", [Definition.source()]),
                        (
                            "Build",
                            [Definition.commands("Work", [gate.command.replacingOccurrences(of: "\n", with: "; ")])]
                        ),
                    ]
                )
            )
            let commits = try IngestFixture.commits(20, in: git)
            #expect(try git.push("\(commits[0]):refs/heads/main").status == 0)
            try gate.waitUntilReached()
            for commit in commits.dropFirst() { #expect(try git.push("\(commit):refs/heads/main").status == 0) }
            // All but the one that runs and the newest were overtaken while they waited to enter Build.
            try daemon.execution("line/19", until: "is superseded") { $0.status == "Superseded" }
            gate.open()
            #expect(try daemon.over("line/20").status == "Succeeded")
            for number in 1...20 {
                let execution = try daemon.execution("line/\(number)")
                #expect(execution.status == (number == 1 || number == 20 ? "Succeeded" : "Superseded"))
                #expect(execution.revision("Source") == commits[number - 1])
            }
            let shown = try daemon.nacre("show", "line/5").output
            #expect(shown.contains("line/5  Superseded") && shown.contains("Superseded by line/"), "\(shown)")
        }
    }
}
