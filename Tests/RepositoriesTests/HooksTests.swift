// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import Repositories

@Suite("Hooks", .scratchDirectory, .timeLimit(.minutes(40)))
struct HooksTests {
    private static let program = Program.productDirectory + "/nacre-hook"

    private static var socket: String { ScratchDirectory.path + "/s" }

    /// A hook file as it lies there: its bytes, its mode, and where it points if it is a link.
    private struct File: Equatable {
        let content: Data?
        let mode: Int?
        let link: String?

        init(_ path: String) {
            content = FileManager.default.contents(atPath: path)
            mode = try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            link = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
        }
    }

    private func writeHook(_ path: String, _ text: String, mode: Int = 0o755) throws {
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    @Test("the text that is installed is that of hooks/post-receive")
    func template() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let shipped = try String(contentsOf: root.appendingPathComponent("hooks/post-receive"), encoding: .utf8)
        #expect(HookScript.template == shipped)
        let script = try HookScript(program: "/usr/local/bin/nacre-hook", socket: "/var/lib/nacre/control.sock")
        #expect(String(decoding: try script.render(), as: UTF8.self).hasPrefix(shipped))
    }

    @Test(
        "paths of any kind become one word of the shell, and are read back",
        arguments: ["/a", "/with space", "/it's", "/''", "/$(id);`id`\"\\", "/ü 日本", "/a'\\''b"]
    )
    func quoting(path: String) throws {
        let echo = try Program.run(
            "sh",
            ["-c", "printf %s \(HookScript.quoted(path))"],
            environment: ["PATH": "/usr/bin:/bin"]
        )
        #expect(echo.output == path)
        let script = try HookScript(program: path, socket: path + "/s")
        #expect(try HookScript.recognise(try script.render()) == .ours(script))
    }

    @Test("a path that no hook can hold is refused", arguments: ["relative", "", "/a\nb", "/a\u{1B}"])
    func badPath(path: String) {
        #expect(throws: RepositoriesError.self) { try HookScript(program: path, socket: "/s") }
    }

    @Test("a hook is installed, again, and taken away without a trace")
    func roundTrip() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let hooks = try Hooks(repository: fixture.bare)
        let path = fixture.bare + "/hooks/post-receive"
        #expect(try hooks.status() == HookStatus(path: path, hook: .absent, hasPrevious: false, overriddenBy: nil))
        let configuration = try fixture.gitInBare("config", "--list")
        for _ in 0..<2 {
            try hooks.install(program: Self.program, socket: Self.socket)
            let expected = HookStatus.Hook.installed(program: Self.program, socket: Self.socket)
            #expect(try hooks.status() == HookStatus(path: path, hook: expected, hasPrevious: false, overriddenBy: nil))
            #expect(File(path).mode == 0o755)
            #expect(try fixture.gitInBare("config", "receive.advertisePushOptions") == "true")
        }
        try hooks.install(program: Self.program, socket: "/other")
        #expect(try hooks.status().hook == .installed(program: Self.program, socket: "/other"))
        try hooks.uninstall()
        try hooks.uninstall()
        #expect(try hooks.status().hook == .absent)
        #expect(try fixture.gitInBare("config", "--list") == configuration)
    }

    @Test("git syncs what is pushed as long as the hook is there, unless somebody has decided about that")
    func sync() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let before = try fixture.gitInBare("config", "--list")
        let hooks = try Hooks(repository: fixture.bare)
        for _ in 0..<2 { try hooks.install(program: Self.program, socket: Self.socket) }
        #expect(try fixture.gitInBare("config", "core.fsync") == "objects,reference")
        try hooks.uninstall()
        #expect(try fixture.gitInBare("config", "--list") == before)
        // As it was before, and as it was changed meanwhile.
        try fixture.gitInBare("config", "core.fsync", "objects,reference")
        try hooks.install(program: Self.program, socket: Self.socket)
        try hooks.uninstall()
        #expect(try fixture.gitInBare("config", "core.fsync") == "objects,reference")
        try fixture.gitInBare("config", "--unset", "core.fsync")
        try hooks.install(program: Self.program, socket: Self.socket)
        try fixture.gitInBare("config", "core.fsync", "none")
        try hooks.install(program: Self.program, socket: Self.socket)
        try hooks.uninstall()
        #expect(try fixture.gitInBare("config", "core.fsync") == "none")
    }

    @Test("the former setting for push options comes back", arguments: [nil, "false", "true", "yes"] as [String?])
    func pushOptionsSetting(former: String?) throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        if let former { try fixture.gitInBare("config", "receive.advertisePushOptions", former) }
        let before = try fixture.gitInBare("config", "--list")
        let hooks = try Hooks(repository: fixture.bare)
        try hooks.install(program: Self.program, socket: Self.socket)
        try hooks.install(program: Self.program, socket: Self.socket)
        #expect(try fixture.gitInBare("config", "--type=bool", "receive.advertisePushOptions") == "true")
        try hooks.uninstall()
        #expect(try fixture.gitInBare("config", "--list") == before)
    }

    @Test("10: an earlier hook runs first with the same input, and comes back byte for byte", arguments: [0, 3])
    func chain(status: Int) throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let path = fixture.bare + "/hooks/post-receive"
        let heard = ScratchDirectory.path + "/heard"
        let text =
            "#!/bin/sh\necho earlier hook\ncat > \(heard)\nprintf '%s|' \"$@\" \"$GIT_DIR\" >> \(heard)\nexit \(status)\n# \u{E9} no newline"
        try writeHook(path, text, mode: 0o715)
        let before = File(path)
        let server = try HookServer(Self.socket, answer: Array("nacre: queued\n".utf8))
        let hooks = try Hooks(repository: fixture.bare)
        for _ in 0..<2 { try hooks.install(program: Self.program, socket: Self.socket) }
        #expect(try hooks.status().hasPrevious)
        #expect(File(path + ".nacre-previous") == before)

        let id = try fixture.commit()
        let old = try fixture.git("rev-parse", "HEAD~1")
        let result = try fixture.push("HEAD:main", "HEAD:refs/heads/x y".replacingOccurrences(of: " ", with: "'"))
        #expect(result.status == 0)
        #expect(result.errors.contains("remote: earlier hook"))
        #expect(result.errors.contains("remote: nacre: queued"))
        let zero = String(repeating: "0", count: 40)
        let lines = "\(old) \(id) refs/heads/main\n\(zero) \(id) refs/heads/x'y\n"
        #expect(try String(contentsOfFile: heard, encoding: .utf8) == lines + ".|")
        let request = try HookRequest(decoding: try #require(server.requests.first))
        #expect(request.updates.compactMap(\.ref) == ["refs/heads/main", "refs/heads/x'y"])

        try hooks.uninstall()
        #expect(File(path) == before)
        #expect(try !hooks.status().hasPrevious)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: fixture.bare + "/hooks").allSatisfy {
                !$0.contains("nacre")
            }
        )
    }

    @Test("10: the verdict of an earlier hook is the verdict of both")
    func verdict() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let path = fixture.bare + "/hooks/post-receive"
        // Does not read its input, too.
        try writeHook(path, "#!/bin/sh\nexit 7\n")
        try Hooks(repository: fixture.bare).install(program: "/bin/true", socket: "/none")
        let result = try Program.run(
            path,
            [],
            environment: ["PATH": "/usr/bin:/bin"],
            input: Array(repeating: 10, count: 1 << 20)
        )
        #expect(result.status == 7)
    }

    @Test(
        "10: an earlier hook that is a link, or not executable, is kept as it is",
        arguments: ["link", "dangling", "mode"]
    )
    func otherKinds(kind: String) throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let path = fixture.bare + "/hooks/post-receive"
        switch kind {
        case "link":
            try writeHook(fixture.bare + "/hooks/shared", "#!/bin/sh\necho shared\n")
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "shared")
        case "dangling":
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/none")
        default:
            try writeHook(path, "#!/bin/sh\necho never\n", mode: 0o644)
        }
        let before = File(path)
        let server = try HookServer(Self.socket, answer: Array("nacre: queued\n".utf8))
        let hooks = try Hooks(repository: fixture.bare)
        try hooks.install(program: Self.program, socket: Self.socket)
        let result = try fixture.push("HEAD:model")
        #expect(result.errors.contains("remote: nacre: queued"))
        #expect(result.errors.contains("remote: shared") == (kind == "link"))
        #expect(!result.errors.contains("never"))
        #expect(server.requests.count == 1)
        try hooks.uninstall()
        #expect(File(path) == before)
    }

    @Test("a hook that was edited since is neither replaced nor taken away")
    func edited() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let path = fixture.bare + "/hooks/post-receive"
        let hooks = try Hooks(repository: fixture.bare)
        try hooks.install(program: Self.program, socket: Self.socket)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        for edit in [
            text + "echo mine\n",
            text.replacingOccurrences(of: "set -e", with: "").replacingOccurrences(of: "exec ", with: ""),
        ] {
            try writeHook(path, edit)
            #expect(try hooks.status().hook == .modified)
            for action in [
                { try hooks.install(program: Self.program, socket: Self.socket) }, { try hooks.uninstall() },
            ] {
                let error = #expect(throws: RepositoriesError.self) { try action() }
                #expect(error?.code == .hookModified)
            }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == edit)
        }
    }

    @Test("a foreign hook that has taken the place of ours stays, and so does the earlier one")
    func overwritten() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let path = fixture.bare + "/hooks/post-receive"
        try writeHook(path, "#!/bin/sh\necho first\n")
        let hooks = try Hooks(repository: fixture.bare)
        try hooks.install(program: Self.program, socket: Self.socket)
        try writeHook(path, "#!/bin/sh\necho second\n")
        #expect(try hooks.status().hook == .foreign)
        let error = #expect(throws: RepositoriesError.self) {
            try hooks.install(program: Self.program, socket: Self.socket)
        }
        #expect(error?.code == .hookConflict)
        try hooks.uninstall()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "#!/bin/sh\necho second\n")
        #expect(try String(contentsOfFile: path + ".nacre-previous", encoding: .utf8) == "#!/bin/sh\necho first\n")
    }

    @Test("the directory that the repository names for its hooks is used", arguments: ["custom/hooks", "absolute"])
    func hooksPath(setting: String) throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let directory = setting == "absolute" ? ScratchDirectory.path + "/shared hooks" : fixture.bare + "/custom"
        try fixture.gitInBare("config", "core.hooksPath", setting == "absolute" ? directory : "custom")
        let server = try HookServer(Self.socket, answer: Array("nacre: queued\n".utf8))
        let hooks = try Hooks(repository: fixture.bare)
        #expect(try hooks.status().path == directory + "/post-receive")
        try hooks.install(program: Self.program, socket: Self.socket)
        #expect(try fixture.push("HEAD:model").errors.contains("remote: nacre: queued"))
        #expect(server.requests.count == 1)
        try hooks.uninstall()
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
    }
}
