// SPDX-License-Identifier: Apache-2.0

import Foundation
import SQLite
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

    /// What several pushers do at a common rate, each on a branch of its own: what `git receive-pack` does at the end of a
    /// push, move the ref and tell as the hook does, but without the starts of programs, which would take the machine.
    private static let pushers = """
        import os, socket, sys, threading, time
        path, repository, rate = sys.argv[1], sys.argv[2], float(sys.argv[3])
        first, last, people = int(sys.argv[4]), int(sys.argv[5]), int(sys.argv[6])
        commits = sys.stdin.read().split()
        late, failures = [0.0] * people, []
        begin = time.monotonic()
        def person(number):
            ref = f"refs/heads/person/{number}"
            file = f"{repository}/{ref}"
            for index in range(first, last):
                due = begin + ((index - first) * people + number) / rate
                time.sleep(max(0, due - time.monotonic()))
                old, new = commits[index - 1] if index else "0" * 40, commits[index]
                with open(file + ".lock", "w") as lock: lock.write(new + "\\n")
                os.rename(file + ".lock", file)
                client = socket.socket(socket.AF_UNIX)
                client.connect(path)
                text = f"NACRE-HOOK 1\\nrepository={repository}\\0update={old} {new} {ref}\\0user=x\\0\\0"
                client.sendall(text.encode())
                client.shutdown(socket.SHUT_WR)
                answer = client.makefile().read()
                if "nacre: queued" not in answer: failures.append(answer)
                late[number] = max(late[number], time.monotonic() - due)
        os.makedirs(f"{repository}/refs/heads/person", exist_ok=True)
        threads = [threading.Thread(target=person, args=(number,)) for number in range(people)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        done = (last - first) * people
        print(f"{done / (time.monotonic() - begin):.0f} pushes a second, the latest after {max(late):.2f} s")
        if failures: sys.exit(f"{len(failures)} not queued: {failures[0]}")
        """

    @Test("7: 200 pushes a second by eight people are all recorded in order, and memory stays flat")
    func pushes() throws {
        try DaemonFixture.run(jobs: 1) { daemon in
            let git = try IngestFixture.repository(
                daemon,
                buildspec: IngestFixture.buildspec(IngestFixture.stay),
                flags: ["--branches", "**"]
            )
            let people = 8
            // A second's worth, or a minute's.
            let commits = try IngestFixture.commits(SlowTests.areWanted ? 1500 : 30, in: git)
            let socket = "\(daemon.home)/control.sock"
            let script = Self.pushers
            func push(_ range: Range<Int>) throws {
                let result = try Program.run(
                    "python3",
                    ["-c", script, socket, git.bare, "200"]
                        + [range.lowerBound, range.upperBound, people].map(String.init),
                    environment: Program.path,
                    input: Array(commits.joined(separator: "\n").utf8),
                    seconds: 600
                )
                #expect(result.status == 0, "\(result.errors)")
                if SlowTests.areWanted { print("7: \(result.output)") }
            }
            let first = commits.count / 5
            try push(0..<first)
            let before = try IngestFixture.kilobytes("VmRSS", daemon)
            try push(first..<commits.count)
            let more = try IngestFixture.kilobytes("VmRSS", daemon) - before
            let pushed = (commits.count - first) * people
            if SlowTests.areWanted { print("7: \(more) KB more after \(pushed) pushes") }
            // Each waits in the queue, with a clock of its own; the rest is what the allocator keeps.
            #expect(more < (8 << 10) + 4 * pushed)
            let total = commits.count * people
            // Of so many the journal tells faster than a list of them for people.
            let database = try Database("\(daemon.home)/nacre.db", .existing)
            let numbers = try database.query("SELECT number FROM builds ORDER BY seq") { row throws(SQLiteError) in
                try row.integer(0)
            }
            #expect(numbers == (1...Int64(total)).map { $0 })
            for person in 0..<people {
                let ref = "refs/heads/person/\(person)"
                let own = try database.query("SELECT commit_oid FROM builds WHERE ref = ?1 ORDER BY seq", [.text(ref)])
                {
                    row throws(SQLiteError) in
                    try row.text(0)
                }
                #expect(own == commits)
            }
            let waiting = try database.first("SELECT count(*) FROM builds WHERE state = 'queued'") {
                row throws(SQLiteError) in
                try row.integer(0)
            }
            #expect(waiting == Int64(total - 1))
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
