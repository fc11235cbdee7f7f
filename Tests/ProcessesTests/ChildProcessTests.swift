// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import Processes
import TestSupport
import Testing

@Suite("Children", .scratchDirectory, .timeLimit(.minutes(40)))
struct ChildProcessTests {
    private func run(
        _ script: String,
        directory: String? = nil,
        environment: [String] = []
    ) throws -> (String, Processes.ExitStatus) {
        let null = try Descriptor.open("/dev/null", O_RDWR)
        let path = "\(ScratchDirectory.path)/output"
        let output = try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC)
        let child = try ChildProcess.spawn(
            ChildProcess.Request(
                executable: "/bin/sh",
                arguments: ["sh", "-c", script],
                environment: environment,
                directory: directory,
                standard: (null.number, output.number, output.number)
            )
        )
        let status = try child.wait()
        return (String(decoding: try AtomicFile.read(path), as: UTF8.self), status)
    }

    @Test("a child gets its arguments, environment and folder, and nothing else")
    func request() throws {
        let (output, status) = try run(
            "pwd; env | sort | grep -v '^_='",
            directory: "/usr",
            environment: ["B=2 3", "A=x=y"]
        )
        #expect(output == "/usr\nA=x=y\nB=2 3\nPWD=/usr\n")
        #expect(status == .exited(0))
    }

    @Test("no descriptor of the parent reaches the child")
    func descriptors() throws {
        // One without close-on-exec, as a careless library leaves them.
        let leaked = dup(0)
        defer { close(leaked) }
        // The fourth is the one by which ls reads the folder.
        #expect(try run("exec ls /proc/self/fd").0 == "0\n1\n2\n3\n")
    }

    @Test("the child leads a session of its own")
    func session() throws {
        #expect(try run("[ $(ps -o sid= -p $$) = $$ ] && echo own").0 == "own\n")
    }

    @Test("an exit code and a signal are told apart")
    func status() throws {
        #expect(try run("exit 7").1 == .exited(7))
        #expect(try run("kill -9 $$").1 == .signaled(9))
        #expect(Processes.ExitStatus.signaled(9).shellCode == 137)
    }

    @Test("a program or folder that is missing is the child's own error")
    func missing() throws {
        let null = try Descriptor.open("/dev/null", O_RDWR)
        let standard = (input: null.number, output: null.number, error: null.number)
        var request = ChildProcess.Request(
            executable: "/no/such",
            arguments: ["x"],
            environment: [],
            standard: standard
        )
        let missing = FileError(code: ENOENT, function: "posix_spawn", path: "/no/such")
        #expect(throws: missing) { _ = try ChildProcess.spawn(request).wait() }
        request.executable = "/bin/true"
        request.directory = "/no/such"
        let folder = FileError(code: ENOENT, function: "posix_spawn", path: "/bin/true")
        #expect(throws: folder) { _ = try ChildProcess.spawn(request).wait() }
    }

    @Test("an identity names its process, and no other one after its end")
    func identity() throws {
        let null = try Descriptor.open("/dev/null", O_RDWR)
        let child = try ChildProcess.spawn(
            ChildProcess.Request(
                executable: "/bin/sleep",
                arguments: ["sleep", "600"],
                environment: [],
                standard: (null.number, null.number, null.number)
            )
        )
        let identity = try #require(ProcessIdentity(of: child.pid))
        #expect(ProcessIdentity(text: identity.text) == identity)
        let later = try #require(ProcessIdentity(text: "\(child.pid) \(identity.startTicks + 1) \(identity.boot)"))
        #expect(!later.signal(SIGKILL))
        #expect(identity.signal(SIGKILL))
        #expect(try child.wait() == .signaled(SIGKILL))
        #expect(!identity.signal(SIGKILL))
    }
}
