// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite(
    "nacre build --sandbox",
    .scratchDirectory,
    .enabled(if: IsolationFixture.hasBubblewrap, "bubblewrap cannot make a sandbox here"),
    .timeLimit(.minutes(40))
)
struct SandboxTests {
    @Test("the system cannot be written to, and /tmp and the home are the build's own")
    func readOnly() throws {
        try IsolationFixture.write(
            "if touch /etc/nacre-was-here; then echo written; fi",
            "ls -A /tmp $HOME; touch /tmp/mine $HOME/mine",
            "test -e /tmp/mine && echo own > made.txt; echo HOME=$HOME"
        )
        let result = try IsolationFixture.build("--sandbox", "-a", "out", "--unpacked")
        #expect(result.status == 0, "\(result)")
        #expect(!result.output.contains("\nwritten\n"))
        #expect(result.output.contains("HOME=\(ScratchDirectory.path)/home/local/"))
        #expect(!FileManager.default.fileExists(atPath: "/tmp/mine"))
        #expect(FileManager.default.fileExists(atPath: "\(ScratchDirectory.path)/out/artifacts/made.txt"))
    }

    @Test("nothing of Nacre's home is there but the build")
    func hidden() throws {
        let home = "\(ScratchDirectory.path)/home"
        try FileManager.default.createDirectory(atPath: "\(home)/builds/other", withIntermediateDirectories: true)
        for name in ["secrets.db", "control.sock", "builds/other/log", "nacre.db"] {
            try Data("secret".utf8).write(to: URL(fileURLWithPath: "\(home)/\(name)"))
        }
        try IsolationFixture.write("find \(home) -maxdepth 3 | sort | sed 's/^/seen /'; ls /home /run")
        let result = try IsolationFixture.build("--sandbox")
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("seen \(home)/local/"))
        #expect(
            !["secrets.db", "control.sock", "nacre.db", "other"].contains {
                result.output.contains("seen \(home)/\($0)")
            }
        )
        #expect(!result.output.contains("seen \(home)/builds"))
    }

    @Test("a build can neither say that it was not in a sandbox, nor that another process holds it")
    func ownWords() throws {
        let forge = "sed -e 's/sandbox/none/g' request.json > forged"
        try IsolationFixture.write(
            "cd \"$CODEBUILD_SRC_DIR/../..\" && \(forge)\nfor file in request.json lock; do\n"
                + "for way in 'rm -f' 'mv -f forged' 'cp forged' 'ln -sf forged'; do\n"
                + "$way $file 2> /dev/null && echo \"done: $way $file\"\ndone\ndone\nfalse"
        )
        let result = try IsolationFixture.build("--sandbox")
        #expect(result.status == 1 && !result.output.contains("\ndone: "), "\(result)")
        let debug = try Program.run(
            Program.product("nacre"),
            ["debug", "tree#1"],
            environment: IsolationFixture.environment(),
            in: "\(ScratchDirectory.path)/tree"
        )
        #expect(debug.errors.contains("ran in a sandbox, which is gone"), "\(debug)")
        let again = try IsolationFixture.build("--from", "build")
        #expect(again.status == 2 && again.errors.contains("tree#1 was isolated"), "\(again)")
        let inside = try IsolationFixture.build("--from", "build", "--sandbox")
        #expect(inside.status == 1 && !inside.output.contains("\ndone: "), "\(inside)")
    }

    @Test("without network there is only the loopback")
    func network() throws {
        try IsolationFixture.write("sed -n 's/^ *\\([a-z0-9]*\\):.*/device \\1/p' /proc/net/dev")
        let result = try IsolationFixture.build("--sandbox", "--no-network")
        #expect(result.output.contains("\ndevice lo\n"), "\(result)")
        #expect(!result.output.contains("\ndevice e"))
    }

    @Test("what runs in the background is gone at the end, and exit codes are the commands'")
    func background() throws {
        try IsolationFixture.write("setsid sleep 3571.25 &", "exit 3")
        let result = try IsolationFixture.build("--sandbox")
        #expect(result.status == 1)
        #expect(result.errors.contains("exit status 3"), "\(result)")
        #expect(IsolationFixture.processes("3571.25").isEmpty)
    }

    @Test("a stopped build is STOPPED, its commands having heard of it")
    func stop() throws {
        try IsolationFixture.write("trap 'echo heard; exit 1' TERM\necho started\nwhile :; do sleep 0.1; done")
        let build = try IsolationFixture.startBuild("--sandbox")
        build.signal(SIGTERM)
        #expect(try build.wait() == 130)
        #expect(build.output.contains("State: STOPPED") && build.output.contains("heard"), "\(build.output)")
    }

    @Test("when the supervisor is killed nothing of the sandbox is left")
    func killed() throws {
        try IsolationFixture.write("echo started; sleep 3572.25")
        let build = try IsolationFixture.startBuild("--sandbox")
        let children = try String(contentsOfFile: "/proc/\(build.pid)/task/\(build.pid)/children", encoding: .utf8)
        let outer = try #require(Int32(children.split(separator: " ").first ?? ""))
        kill(outer, SIGKILL)
        #expect(try build.wait() == 4)
        try eventually("the command is gone") { IsolationFixture.processes("3572.25").isEmpty }
    }
}
