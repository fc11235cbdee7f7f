// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// `nacre build` with isolation, in the scratch folder of the test, and podman with a storage of the tests' own.
enum IsolationFixture {
    /// An image of busybox in the tests' storage.
    static let image = "localhost/nacre-test:1"

    static let hasBubblewrap = succeeds("bwrap", ["--unshare-pid", "--ro-bind", "/", "/", "true"])
    static let hasPodman = (try? storage.get()) != nil
    static let hasDocker = hasPodman && succeeds("docker", ["--version"]) && succeeds("iptables", ["--version"])

    private static func succeeds(_ program: String, _ arguments: [String]) -> Bool {
        (try? Program.run(program, arguments, environment: Program.path))?.status == 0
    }

    /// The environment of podman and of `nacre build`.
    static func environment() -> [String: String] {
        var result = Program.path
        result["NACRE_HOME"] = "\(ScratchDirectory.path)/home"
        if let path = try? storage.get() { result["CONTAINERS_STORAGE_CONF"] = path }
        return result
    }

    /// Writes `tree/buildspec.yml` with these commands of BUILD.
    static func write(_ commands: String...) throws {
        let folder = "\(ScratchDirectory.path)/tree"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let lines = commands.map { "      - |-\n        " + $0.replacing("\n", with: "\n        ") }
        let text = """
            version: 0.2
            phases:
              build:
                commands:
            \(lines.joined(separator: "\n"))
            artifacts:
              files: ['*']

            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/buildspec.yml"))
    }

    /// Runs `nacre build tree`.
    static func build(_ arguments: String...) throws -> Program.Result {
        try Program.run(
            Program.product("nacre"),
            ["build", "tree"] + arguments,
            environment: environment(),
            in: ScratchDirectory.path
        )
    }

    /// Starts `nacre build tree`, and waits until its commands have written `started`.
    static func startBuild(_ arguments: String...) throws -> BackgroundProgram {
        let program = try BackgroundProgram(
            Program.product("nacre"),
            ["build", "tree"] + arguments,
            environment: environment(),
            in: ScratchDirectory.path,
            name: "build"
        )
        try eventually("the build runs: \(program.output)\(program.errors)") { program.output.contains("\nstarted\n") }
        return program
    }

    /// The names of all containers in the tests' storage, with those of this test's builds.
    static func containers() throws -> String {
        try Program.run("podman", ["ps", "--all", "--format", "{{.Names}}"], environment: environment()).output
    }

    /// The numbers of processes with this word on their command lines.
    static func processes(_ word: String) -> [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.filter { name in
            guard Int(name) != nil, let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") else {
                return false
            }
            return line.split(separator: 0).contains { String(decoding: $0, as: UTF8.self) == word }
        }
    }

    /// A storage on tmpfs that holds one image; the path of its `storage.conf`.
    private static let storage = Result { () throws -> String in
        guard geteuid() == 0 else { throw Program.Failure(description: "podman is tested as root") }
        let base = "/dev/shm/nacre-podman-\(ProcessInfo.processInfo.processIdentifier)"
        let folder = "\(base)/rootfs"
        for name in ["bin", "etc", "root", "tmp"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
        atexit { IsolationFixture.removeStorage() }
        try FileManager.default.copyItem(atPath: "/bin/busybox", toPath: "\(folder)/bin/busybox")
        let applets = try Program.run("/bin/busybox", ["--list"]).output.split(separator: "\n")
        for applet in applets where applet != "busybox" {
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/bin/\(applet)",
                withDestinationPath: "busybox"
            )
        }
        let text = "[storage]\ndriver = \"overlay\"\ngraphroot = \"\(base)/root\"\nrunroot = \"\(base)/run\"\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(base)/storage.conf"))
        let variables = Program.path.merging(["CONTAINERS_STORAGE_CONF": "\(base)/storage.conf"]) { $1 }
        for arguments in [
            ["tar", "-C", folder, "-cf", "\(base)/image.tar", "."], ["podman", "import", "\(base)/image.tar", image],
        ] {
            let result = try Program.run(arguments[0], Array(arguments.dropFirst()), environment: variables)
            guard result.status == 0 else { throw Program.Failure(description: "\(arguments): \(result)") }
        }
        return "\(base)/storage.conf"
    }

    private static func removeStorage() {
        let base = "/dev/shm/nacre-podman-\(ProcessInfo.processInfo.processIdentifier)"
        // Overlays that are mounted keep their folders.
        _ = try? Program.run("umount", ["-l", "\(base)/root/overlay"], environment: Program.path)
        try? FileManager.default.removeItem(atPath: base)
    }
}
