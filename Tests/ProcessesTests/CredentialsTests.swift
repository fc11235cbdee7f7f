// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import Processes
import TestSupport
import Testing

@Suite("Children of other users", .scratchDirectory, .timeLimit(.minutes(40)))
struct CredentialsTests {
    private func run(
        _ script: String,
        executable: String = "/bin/sh",
        directory: String? = nil,
        _ change: (inout ChildProcess.Request) -> Void
    ) throws -> (output: String, status: Processes.ExitStatus) {
        let null = try Descriptor.open("/dev/null", O_RDWR)
        let path = "\(ScratchDirectory.path)/output"
        let output = try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC)
        var request = ChildProcess.Request(
            executable: executable,
            arguments: ["sh", "-c", script],
            environment: ["PATH=/usr/bin:/bin", "A=b"],
            directory: directory,
            standard: (null.number, output.number, output.number)
        )
        change(&request)
        let child = try ChildProcess.spawn(request)
        let status = try child.wait()
        return (String(decoding: try AtomicFile.read(path), as: UTF8.self), status)
    }

    @Test("a child takes on user, group and supplementary groups", .enabled(if: geteuid() == 0, "needs root"))
    func identity() throws {
        let (output, status) = try run("id -u; id -g; id -G; grep -E '^(CapEff|CapPrm)' /proc/self/status") {
            $0.credentials = Credentials(user: 12345, group: 12346, groups: [12346, 777])
        }
        #expect(output == "12345\n12346\n12346 777\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n")
        #expect(status == .exited(0))
        #expect(geteuid() == 0)
    }

    @Test("a child of another user has the descriptors, the session, the variables and the signals of any other child")
    func likeOthers() throws {
        let leaked = dup(0)
        defer { close(leaked) }
        let script = """
            ls /proc/self/fd | tr '\\n' ' '; [ $(ps -o sid= -p $$) = $$ ] && echo own; echo $A; pwd
            grep -E '^(SigBlk|SigIgn|SigCgt)' /proc/$$/status | tr -d '\\t'
            """
        let (output, _) = try run(script, directory: "/usr") { $0.oomScoreAdjustment = 321 }
        #expect(
            output.hasPrefix("0 1 2 3 own\nb\n/usr\nSigBlk:0000000000000000\nSigIgn:0000000000000000\n")
        )
    }

    @Test("a child is ended sooner than its parent when memory is short")
    func oomScore() throws {
        #expect(try run("cat /proc/self/oom_score_adj") { $0.oomScoreAdjustment = 321 }.output == "321\n")
        #expect(try String(contentsOfFile: "/proc/self/oom_score_adj", encoding: .utf8) != "321\n")
    }

    @Test("descriptors among the child's own are placed without loss")
    func lowDescriptors() throws {
        let path = "\(ScratchDirectory.path)/third"
        let third = try Descriptor.open(path, O_WRONLY | O_CREAT)
        let (output, _) = try run("echo three >&3; echo one; echo two >&2") {
            $0.inherited = third.number
            $0.oomScoreAdjustment = 1
        }
        #expect(output == "one\ntwo\n")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "three\n")
    }

    @Test("each control group is joined before the program starts")
    func controlGroups() throws {
        // Any file will do to see what is written.
        let paths = (1...2).map { "\(ScratchDirectory.path)/procs\($0)" }
        let files = try paths.map { try Descriptor.open($0, O_WRONLY | O_CREAT).release() }
        defer { for file in files { close(file) } }
        let (output, _) = try run("cat \(paths.joined(separator: " "))") { $0.controlGroups = files }
        #expect(output == "00")
    }

    @Test(
        "what keeps the child from starting is told, and no child is left",
        arguments: [("/nowhere/sh", nil, ENOENT), ("/bin/sh", "/nowhere", ENOENT), ("/etc/passwd", nil, EACCES)]
            as [(String, String?, Int32)]
    )
    func failures(executable: String, directory: String?, code: Int32) {
        let error = #expect(throws: FileError.self) {
            try run("", executable: executable, directory: directory) { $0.oomScoreAdjustment = 1 }
        }
        #expect(error?.code == code)
    }

    @Test("a control group that cannot be joined is an error")
    func closedGroup() {
        let error = #expect(throws: FileError.self) { try run("") { $0.controlGroups = [-1] } }
        #expect(error?.code == EBADF)
    }

    @Test("the folder is entered as the user", .enabled(if: geteuid() == 0, "needs root"))
    func folder() throws {
        let path = "\(ScratchDirectory.path)/private"
        try Folder.make(path, mode: 0o700)
        let error = #expect(throws: FileError.self) {
            try run("", directory: path) { $0.credentials = Credentials(user: 12345, group: 12345, groups: []) }
        }
        #expect(error?.code == EACCES)
    }

    @Test("without the right to it nobody becomes another user", .enabled(if: geteuid() != 0, "needs a plain user"))
    func refused() {
        let error = #expect(throws: FileError.self) {
            try run("") { $0.credentials = Credentials(user: 0, group: 0, groups: []) }
        }
        #expect(error?.code == EPERM)
    }
}
