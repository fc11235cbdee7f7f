// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("29: two builds of one repository", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault29SharedNothingTests {
    /// Leaves things wherever a build keeps anything, waits for the other build, and tells what it sees.
    private func commands(_ gate: Gate) -> [String] {
        [
            """
            echo "at $PWD"
            echo "state $(ls -d /dev/shm/nacre-* 2> /dev/null | wc -l)"
            ls -A | grep mine; echo "found $?"
            git -C "$PWD" status > /dev/null 2>&1; echo "git $?"
            touch mine src/mine; chmod 600 src/inner/file1.txt; rm src/file2.txt
            LEFT=here
            """,
            gate.command,
            "echo \"variable $LEFT\"; ls -A src | tr '\\n' ' '",
        ]
    }

    @Test("29: at the same time each has sources of its own, and sees nothing of the other's changes")
    func sideBySide() throws {
        try DaemonFixture.run { daemon in
            let first = Gate("first")
            let second = Gate("second")
            let git = try daemon.createRepository()
            for gate in [first, second] {
                try FaultBuild.push(git, Self.text(commands(gate)))
                try gate.waitUntilReached()
            }
            first.open()
            second.open()
            let builds = try ["app#1", "app#2"].map { try daemon.finished($0) }
            #expect(builds.map(\.buildStatus) == ["SUCCEEDED", "SUCCEEDED"])
            let places = builds.map { build in build.log.split(separator: "\n").first { $0.hasPrefix("at ") } }
            #expect(places[0] != places[1] && !places.contains(nil))
            for build in builds { #expect(build.log.contains("\nfound 1\n"), "\(build.log)") }
        }
    }

    @Test("29: one after the other, nothing that the first has left is seen by the second")
    func oneAfterTheOther() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            for number in 1...2 {
                let leave = """
                    ls -A | grep mine; echo "found $?"; echo "variable <$LEFT> <$(umask)>"
                    touch mine; umask 077; export LEFT=here; sleep 1000 &
                    echo $! > '\(FaultBuild.file("child\(number)"))'
                    """
                try FaultBuild.push(git, FaultBuild.buildspec(leave))
                let build = try daemon.finished("app#\(number)")
                #expect(build.log.contains("\nfound 1\n") && build.log.contains("\nvariable <> <00"), "\(build.log)")
                #expect(!FaultBuild.lives(try FaultBuild.number("child\(number)")))
                let folder = FaultBuild.folder(daemon, build)
                try eventually("the workspace is removed") {
                    !FileManager.default.fileExists(atPath: "\(folder)/workspace")
                }
                #expect(!FileManager.default.fileExists(atPath: "/dev/shm/nacre-\(build.uuid)"))
            }
        }
    }

    @Test("29: what programs take for temporary files is each build's own, and goes with it")
    func temporaryFiles() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            let look = "file=$(mktemp)\necho \"in ${file%/*}\"; ls -A \"$TMPDIR\" | wc -l; trap '' TERM; sleep 1000 &"
            var folders: [String] = []
            for number in 1...2 {
                try FaultBuild.push(git, FaultBuild.buildspec(look, "touch \"$TMPDIR/kept\""))
                let build = try daemon.finished("app#\(number)")
                #expect(build.buildStatus == "SUCCEEDED" && build.log.contains("\n1\n"), "\(build.log)")
                let line = build.log.split(separator: "\n").first { $0.hasPrefix("in ") }
                let folder = String(try #require(line).dropFirst(3))
                #expect(!FileManager.default.fileExists(atPath: folder))
                // A socket's path has at most 107 bytes; what programs add is up to 70.
                #expect(folder.utf8.count < 37)
                folders.append(folder)
            }
            #expect(Set(folders).count == 2)
            let declared = "env:\n  variables:\n    TMPDIR: '\(ScratchDirectory.path)'\n"
            try FaultBuild.push(git, FaultBuild.buildspec("echo \"in $TMPDIR\"", head: declared))
            #expect(try daemon.finished("app#3").log.contains("\nin \(ScratchDirectory.path)\n"))
        }
    }

    @Test(
        "29: in sandboxes they share neither home nor /tmp, at the same time nor afterwards",
        .enabled(if: FaultLimits.hasSandbox, "bubblewrap cannot make a sandbox here")
    )
    func sandboxed() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            #expect(try daemon.nacre("repo", "set", "app", "--sandbox", "on").status == 0)
            let look =
                "ls -A /tmp /var/tmp /dev/shm \"$HOME\" | grep mine; echo \"found $?\"\n"
                + "touch /tmp/mine /var/tmp/mine /dev/shm/mine \"$HOME/mine\"\n"
            let marks = (1...2).map { "echo number \($0) \"$HOME\"" }
            // In a sandbox a gate is a file of the workspace, which a command sees under its own path.
            let wait = "touch reached; until [ -e open ]; do sleep 0.02; done"
            var folders: [String] = []
            for number in 1...2 {
                try FaultBuild.push(git, FaultBuild.buildspec(look + marks[number - 1], wait))
                try eventually("app#\(number) is there") { try daemon.builds().count == number }
                let folder = "\(FaultBuild.folder(daemon, try daemon.build("app#\(number)")))/workspace/src"
                try eventually("app#\(number) waits; \(daemon.log)") {
                    FileManager.default.fileExists(atPath: "\(folder)/reached")
                }
                folders.append(folder)
            }
            for folder in folders { _ = FileManager.default.createFile(atPath: "\(folder)/open", contents: nil) }
            for number in 1...2 {
                let build = try daemon.finished("app#\(number)")
                #expect(build.buildStatus == "SUCCEEDED" && build.log.contains("\nfound 1\n"), "\(build.log)")
            }
            try FaultBuild.push(git, FaultBuild.buildspec(look))
            #expect(try daemon.finished("app#3").log.contains("\nfound 1\n"))
        }
    }

    private static func text(_ commands: [String]) -> String {
        "version: 0.2\nphases:\n" + FaultBuild.phase("build", commands)
    }
}
