// SPDX-License-Identifier: Apache-2.0

import Foundation
import Git
import Repositories
import TestSupport
import Testing

@Suite("The program nacre-hook", .scratchDirectory, .timeLimit(.minutes(40)))
struct NacreHookTests {
    private static let program = Program.productDirectory + "/nacre-hook"
    private static let down =
        "nacre: the daemon is not running; the push is recorded in the repository and will be built when it starts\n"

    private static let consolation = "the push is recorded in the repository and will be built"

    private static var socket: String { ScratchDirectory.path + "/s" }

    private func fixtureWithHook(socket: String = socket) throws -> GitFixture {
        let fixture = try GitFixture(in: ScratchDirectory.path, bare: "it's a repo.git")
        try Hooks(repository: fixture.bare).install(program: Self.program, socket: socket)
        return fixture
    }

    private func remoteLines(_ result: Program.Result) -> [String] {
        result.errors.split(separator: "\n").filter { $0.hasPrefix("remote: ") }
            .map { $0.dropFirst(8).trimmingCharacters(in: .whitespaces) }
    }

    @Test("1: a push with every kind of ref is told as it is, with options and user")
    func push() throws {
        let fixture = try fixtureWithHook()
        let server = try HookServer(Self.socket, answer: Array("nacre: one\nnacre: two\n".utf8))
        let first = try #require(ObjectID(hex: try fixture.git("rev-parse", "HEAD")))
        #expect(try fixture.push("HEAD:gone").status == 0)
        try fixture.git("commit", "-q", "--amend", "-m", "rewritten")
        let second = try #require(ObjectID(hex: try fixture.git("rev-parse", "HEAD")))
        let long = String(repeating: "n", count: 239)
        let names = ["feat/a'b;$(id)", "ü/日本", long]
        let refspecs = ["+HEAD:main", ":gone"] + names.map { "HEAD:refs/heads/\($0)" } + ["HEAD:refs/tags/v1"]
        let options = ["nacre.env.A=x y\"'", "other", "nacre.skip"]
        let result = try Program.run(
            "git",
            ["-C", fixture.work, "push"] + options.flatMap { ["-o", $0] } + ["origin"] + refspecs,
            environment: GitFixture.environment
        )
        #expect(result.status == 0, "\(result)")
        #expect(remoteLines(result) == ["nacre: one", "nacre: two"])
        let request = try HookRequest(decoding: try #require(server.requests.last))
        #expect(request.encode() == server.requests.last)
        #expect(request.repository == fixture.bare)
        #expect(request.user == "tester")
        #expect(request.options == options.map { Array($0.utf8) })
        let expected =
            [(first, second, "refs/heads/main"), (first, .zero, "refs/heads/gone")]
            + names.map { (.zero, second, "refs/heads/\($0)") } + [(.zero, second, "refs/tags/v1")]
        #expect(
            Set(request.updates) == Set(expected.map { .init(old: $0.0, new: $0.1, name: Array($0.2.utf8)) })
        )
    }

    @Test("2: with the daemon down a push succeeds with one line", arguments: ["missing", "stale", "long"])
    func daemonDown(kind: String) throws {
        var socket = Self.socket
        if kind == "stale" {
            // What a daemon that was killed leaves behind.
            var server: HookServer? = try HookServer(socket, answer: [])
            withExtendedLifetime(server) {}
            server = nil
        }
        if kind == "long" {
            socket = ScratchDirectory.path + "/" + String(repeating: "d", count: 150)
            try FileManager.default.createDirectory(atPath: socket, withIntermediateDirectories: true)
            socket += "/control.sock"
        }
        let fixture = try fixtureWithHook(socket: socket)
        let result = try fixture.push("HEAD:model", options: ["nacre.wait"])
        #expect(result.status == 0)
        #expect(remoteLines(result) == [String(Self.down.dropLast())])
        #expect(try fixture.gitInBare("rev-parse", "model") == (try fixture.git("rev-parse", "HEAD")))
    }

    @Test("2: without a socket's name the hook says so")
    func noSocket() throws {
        let id = String(repeating: "1", count: 40)
        let result = try Program.run(Self.program, [], input: Array("\(id) \(id) refs/heads/main\n".utf8))
        #expect(result.status == 0)
        #expect(result.errors.hasPrefix("nacre: no control socket is named;"))
        #expect(result.errors.split(separator: "\n").count == 1)
    }

    @Test("without updates nothing is sent and nothing is said", arguments: ["", "\n", "garbage\n", "a b\n"])
    func nothing(input: String) throws {
        let server = try HookServer(Self.socket, answer: Array("answer".utf8))
        let result = try Program.run(Self.program, [Self.socket], input: Array(input.utf8))
        #expect(result.status == 0)
        #expect(result.output.isEmpty && result.errors.isEmpty)
        #expect(server.requests.isEmpty)
    }

    @Test("the socket's name may come from the environment")
    func environment() throws {
        let server = try HookServer(Self.socket, answer: Array("answer\n".utf8))
        let id = String(repeating: "1", count: 40)
        let result = try Program.run(
            Self.program,
            [],
            environment: ["NACRE_SOCKET": Self.socket, "GIT_DIR": ScratchDirectory.path, "USER": "ada"],
            input: Array("\(id) \(id) refs/heads/main\n".utf8)
        )
        #expect(result.output == "answer\n")
        let request = try HookRequest(decoding: try #require(server.requests.first))
        #expect(request.repository == ScratchDirectory.path)
        #expect(request.user == "ada")
    }

    @Test("a daemon that is silent is waited for five seconds, with one line in the end")
    func silent() throws {
        let server = try HookServer(Self.socket, answer: nil)
        let id = String(repeating: "1", count: 40)
        let start = ContinuousClock.now
        let result = try Program.run(
            Self.program,
            [Self.socket],
            input: Array("\(id) \(id) refs/heads/main\n".utf8)
        )
        #expect(ContinuousClock.now - start > .seconds(4))
        #expect(result.status == 0)
        #expect(result.errors == "nacre: the daemon does not answer; \(Self.consolation)\n")
        #expect(server.requests.count == 1)
    }

    @Test("the daemon's signs of life are not shown")
    func signsOfLife() throws {
        let life = HookRequest.signOfLife
        let answer = [life] + Array("nacre: o".utf8) + [life] + Array("ne\n".utf8) + [life, 0]
        let server = try HookServer(Self.socket, answer: answer)
        let id = String(repeating: "1", count: 40)
        let result = try Program.run(
            Self.program,
            [Self.socket],
            environment: ["GIT_PUSH_OPTION_COUNT": "1", "GIT_PUSH_OPTION_0": "nacre.wait"],
            input: Array("\(id) \(id) refs/heads/main\n".utf8)
        )
        #expect(result.output == "nacre: one\n" && result.errors.isEmpty, "\(result)")
        #expect(server.requests.count == 1)
    }

    @Test(
        "2: where a push cannot be kept the pusher hears that options are lost, whichever have an effect",
        arguments: [
            ("nacre.skip", true), ("nacre.batch", true), ("nacre.coalesce", true), ("nacre.debug", true),
            ("nacre.env.A=b", true), ("nacre.wait", false), ("other.skip", false),
        ]
    )
    func lostOptions(option: String, isLost: Bool) throws {
        let id = String(repeating: "1", count: 40)
        let result = try Program.run(
            Self.program,
            [Self.socket],
            environment: ["GIT_PUSH_OPTION_COUNT": "1", "GIT_PUSH_OPTION_0": option],
            input: Array("\(id) \(id) refs/heads/main\n".utf8)
        )
        #expect(result.errors.contains("without its push options") == isLost, "\(result)")
    }

    @Test(
        "2: a push that the daemon does not put on record is kept with its options, in the order of pushes",
        arguments: [
            (nil, "the daemon is not running; \(consolation) when it starts"),
            ([], "the daemon has gone; \(consolation)"),
            ([HookRequest.refusal] + Array("nacre: no room\n".utf8) + [0], "\(consolation) when it can be"),
        ] as [([UInt8]?, String)]
    )
    func kept(answer: [UInt8]?, says: String) throws {
        let fixture = try fixtureWithHook()
        let server = try answer.map { try HookServer(Self.socket, answer: $0) }
        var heads: [String] = []
        for index in 1...3 {
            heads.append(try fixture.commit("commit \(index)"))
            let result = try fixture.push("HEAD:main", options: ["nacre.env.INDEX=\(index)"])
            #expect(result.status == 0)
            #expect(remoteLines(result).last == "nacre: \(says)")
            #expect(!result.errors.contains("\u{15}"))
        }
        let kept = KeptPushes.oldest(in: fixture.bare)
        #expect(kept.compactMap { $0.request?.updates.first?.new.hex } == heads)
        #expect(kept.compactMap { $0.request?.updates.last?.old.hex }.dropFirst() == heads.dropLast()[...])
        #expect(kept.compactMap { $0.request?.options } == (1...3).map { [Array("nacre.env.INDEX=\($0)".utf8)] })
        #expect(kept.allSatisfy { $0.user == getuid() && $0.request?.repository == fixture.bare })
        for file in kept { try KeptPushes.remove(file.name, from: fixture.bare) }
        #expect(!KeptPushes.areIn(fixture.bare))
        withExtendedLifetime(server) {}
    }

    @Test("2: a push that the daemon has answered is not kept")
    func told() throws {
        let fixture = try fixtureWithHook()
        let server = try HookServer(Self.socket, answer: Array("nacre: one\n".utf8) + [0])
        #expect(try fixture.push("HEAD:model").status == 0)
        #expect(!KeptPushes.areIn(fixture.bare))
        #expect(server.requests.count == 1)
    }

    @Test("2: no more than a thousand pushes are kept")
    func mostKept() throws {
        let fixture = try fixtureWithHook()
        for index in 0..<1_000 {
            #expect(FileManager.default.createFile(atPath: "\(fixture.bare)/nacre-push.\(index)", contents: nil))
        }
        let result = try fixture.push("HEAD:model", options: ["nacre.skip"])
        #expect(remoteLines(result) == [Self.down.dropLast() + ", without its push options"])
        let names = try FileManager.default.contentsOfDirectory(atPath: fixture.bare)
        #expect(names.count { $0.hasPrefix("nacre-push.") } == 1_000)
    }

    @Test("3: a waiting hook ends when the pusher is gone")
    func pusherGone() throws {
        let server = try HookServer(Self.socket, answer: nil)
        let id = String(repeating: "1", count: 40)
        // The reader of the pipe ends at once; the hook would wait for ever otherwise.
        let script = "printf '%s\\n' '\(id) \(id) refs/heads/main' | \"$1\" \"$2\" | true; echo ended"
        let result = try Program.run(
            "sh",
            ["-c", script, "sh", Self.program, Self.socket],
            environment: ["PATH": "/usr/bin:/bin", "GIT_PUSH_OPTION_COUNT": "1", "GIT_PUSH_OPTION_0": "nacre.wait"]
        )
        #expect(result.output == "ended\n")
        _ = server.requests
    }

    @Test("7: hundreds of refs are told in order, and thousands are told in part")
    func manyRefs() throws {
        let server = try HookServer(Self.socket, answer: Array("ok\n".utf8))
        let id = String(repeating: "1", count: 40)
        for count in [500, 20_000] {
            let name = "refs/heads/" + String(repeating: "n", count: 200)
            let lines = (0..<count).map { "\(id) \(id) \(name)\($0)\n" }.joined()
            let result = try Program.run(Self.program, [Self.socket], input: Array(lines.utf8))
            #expect(result.status == 0)
            #expect(result.output == "ok\n")
            let request = try HookRequest(decoding: try #require(server.requests.last))
            #expect(request.updates.enumerated().allSatisfy { $0.element.ref == "\(name)\($0.offset)" })
            #expect((request.updates.count == count) == (count == 500))
            #expect(request.updates.count > 400)
            #expect(result.errors.isEmpty == (count == 500))
        }
    }

    @Test("bytes that are not UTF-8 arrive as they are")
    func strangeBytes() throws {
        let server = try HookServer(Self.socket, answer: [])
        let id = String(repeating: "1", count: 40)
        let name = Array("refs/heads/caf".utf8) + [0xE9]
        let result = try Program.run(Self.program, [Self.socket], input: Array("\(id) \(id) ".utf8) + name + [10])
        #expect(result.status == 0)
        #expect(try HookRequest(decoding: try #require(server.requests.first)).updates.map(\.name) == [name])
    }
}
