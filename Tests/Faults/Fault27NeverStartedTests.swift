// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("27: commands that cannot begin", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault27NeverStartedTests {
    private func file(_ name: String, _ text: String, mode: Int) throws -> String {
        let path = FaultBuild.file(name)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    @Test("27: a shell that is not there, or may not be executed, is told before any phase begins")
    func missingShell() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            try FaultBuild.push(git, FaultBuild.buildspec("true", head: "env:\n  shell: /nowhere/sh\n"))
            let missing = try daemon.finished("app#1")
            #expect(missing.buildStatus == "FAILED")
            let message = missing.phase("DOWNLOAD_SOURCE")?.contexts?.first?.message ?? ""
            #expect(
                message
                    == "buildspec.yml:3: there is no shell /nowhere/sh here: install it, or name another in `env.shell`"
            )
            #expect(missing.phase("BUILD") == nil)
            let plain = try file("plain", "#!/bin/sh\n", mode: 0o644)
            try FaultBuild.push(git, FaultBuild.buildspec("true", head: "env:\n  shell: \(plain)\n"))
            let forbidden = try daemon.finished("app#2")
            #expect(forbidden.buildStatus == "FAILED")
            #expect(
                forbidden.phase("DOWNLOAD_SOURCE")?.contexts?.first?.message
                    == "buildspec.yml:3: the shell \(plain) may not be executed here: look at its mode, and whether its "
                    + "file system is mounted `noexec`; or name another in `env.shell`"
            )
        }
    }

    @Test("27: a shell that cannot be started is a fault; a command that fails is a failure")
    func brokenShell() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            let broken = try file("broken", "#!/nowhere/interpreter\n", mode: 0o755)
            try FaultBuild.push(git, FaultBuild.buildspec("true", head: "env:\n  shell: \(broken)\n"))
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "FAULT")
            let context = try #require(build.phase("BUILD")?.contexts?.first)
            #expect(context.statusCode == "INTERNAL_ERROR")
            #expect(context.message.hasPrefix("The shell \(broken) cannot be started: "), "\(context)")
            #expect(try daemon.nacre("watch", "app#1").status == 4)
            try FaultBuild.push(git, FaultBuild.buildspec("/nowhere/program"))
            let failed = try daemon.finished("app#2")
            #expect(failed.buildStatus == "FAILED")
            #expect(failed.phase("BUILD")?.contexts?.first?.statusCode == "COMMAND_EXECUTION_ERROR")
            #expect(try daemon.nacre("watch", "app#2").status == 1)
        }
    }

    @Test("27: where no workspace can be made the build has never begun, and later ones run when it can")
    func unwritable() throws {
        try DaemonFixture.run { daemon in
            // What no folder can be made in, for root neither.
            let builds = "\(daemon.home)/builds"
            let git = try daemon.createRepository()
            try FileManager.default.moveItem(atPath: builds, toPath: "\(builds).away")
            try "not a folder".write(toFile: builds, atomically: true, encoding: .utf8)
            try FaultBuild.push(git, FaultBuild.buildspec("true"))
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "FAULT")
            let context = try #require(build.phase("PROVISIONING")?.contexts?.first)
            #expect(context.statusCode == "INTERNAL_ERROR")
            #expect(context.message.contains(builds), "\(context)")
            #expect(!build.phases.contains { $0.phaseType == "INSTALL" })
            try FileManager.default.removeItem(atPath: builds)
            try FileManager.default.moveItem(atPath: "\(builds).away", toPath: builds)
            try FaultBuild.push(git, FaultBuild.buildspec("true"))
            #expect(try daemon.finished("app#2").buildStatus == "SUCCEEDED")
        }
    }

    @Test(
        "27: on a file system without the right to execute commands run, and a program of the sources fails by itself",
        .enabled(if: FaultLimits.canMount, "no file system can be mounted here: not root")
    )
    func noExecution() throws {
        let folder = FaultBuild.file("home")
        let script = """
            mkdir -p '\(folder)' && mount -t tmpfs -o noexec none '\(folder)' && mount -t tmpfs -o noexec none /tmp
            cd tree && exec "$0" build
            """
        try FileManager.default.createDirectory(atPath: FaultBuild.file("tree"), withIntermediateDirectories: true)
        let text = FaultBuild.buildspec(
            "printf '#!/bin/sh\\necho ran\\n' > own.sh; chmod +x own.sh; sh own.sh",
            "./own.sh"
        )
        try text.write(toFile: FaultBuild.file("tree/buildspec.yml"), atomically: true, encoding: .utf8)
        let result = try Program.run(
            "unshare",
            ["--mount", "sh", "-c", script, Program.product("nacre")],
            environment: Program.path.merging(["NACRE_HOME": folder]) { $1 },
            in: ScratchDirectory.path
        )
        #expect(result.status == 1, "\(result)")
        #expect(result.output.contains("\nran\n"))
        #expect(result.output.contains("Error while executing command: ./own.sh. Reason: exit status 126"), "\(result)")
    }
}
