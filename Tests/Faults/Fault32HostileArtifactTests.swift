// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Fault 32: hostile artifacts", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault32HostileArtifactTests {
    // MARK: - What a build makes

    private static func make(_ name: String, _ commands: [String], files: [String]) -> Definition.Tree {
        Definition.commands(name, commands, ["outputArtifacts": [["name": "\(name)Out", "files": files]]])
    }

    /// The names in an artifact.
    private func files(_ daemon: DaemonFixture, _ artifact: String) throws -> [String] {
        let listed = try daemon.nacre("artifacts", "list", "line/1", artifact, "--json")
        guard listed.status == 0 else { throw Program.Failure(description: "\(listed)") }
        let listings = try JSONSerialization.jsonObject(with: Data(listed.output.utf8)) as? [[String: Any]]
        let files = listings?.first?["files"] as? [[String: Any]]
        return (files ?? []).compactMap { $0["path"] as? String }
    }

    private func log(_ daemon: DaemonFixture, _ action: String) throws -> String {
        try daemon.nacre("logs", "line/1", action).output
    }

    @Test("32: what a build leaves for its artifact: only its own regular files get in, whatever else lies there")
    func made() throws {
        let secret = "\(ScratchDirectory.path)/outside/secret"
        try FileManager.default.createDirectory(
            atPath: "\(ScratchDirectory.path)/outside",
            withIntermediateDirectories: true
        )
        try Data("the secret".utf8).write(to: URL(fileURLWithPath: secret))
        let outside = "\(ScratchDirectory.path)/outside"
        let special = """
            import os, socket
            os.mkfifo("out/pipe")
            s = socket.socket(socket.AF_UNIX); s.bind("out/socket")
            try: os.mknod("out/device", 0o020644, os.makedev(1, 3))
            except PermissionError: pass
            open("out/good", "w").write("good")
            """
        let names = """
            import os
            for name in ["Same", "same", "e\\u0301", "\\u00e9", "new\\nline", "esc\\x1b[31m", "back\\\\slash", "-rf", "a b", "$(id)"]:
                open("out/" + name, "w").write(name)
            """
        try DaemonFixture.run(jobs: 4) { daemon in
            let scene = try PipelineScene(
                daemon,
                [
                    (
                        "Make",
                        [
                            Self.make("Above", ["echo x > ../x; mkdir out"], files: ["../x", "../../**/*"]),
                            Self.make("Absolute", ["mkdir out"], files: [secret]),
                            Self.make(
                                "Links",
                                [
                                    "mkdir out; ln -s '\(secret)' out/file; ln -s '\(outside)' out/folder; ln -s / out/root",
                                    "ln -s ../../../../../../../../..\(secret) out/relative; echo good > out/good",
                                    "ln -s good out/inside; ln -s loop out/loop",
                                ],
                                files: ["out/**/*", "out/folder/secret"]
                            ),
                            Self.make("Special", ["mkdir out", "python3 make.py"], files: ["out/*"]),
                            Self.make("Names", ["mkdir out", "python3 names.py"], files: ["out/**/*"]),
                            Self.make("Bytes", ["mkdir out", "python3 bytes.py"], files: ["out/*"]),
                        ]
                    )
                ]
            )
            try scene.git.write("make.py", special)
            try scene.git.write("names.py", names)
            try scene.git.write("bytes.py", "import os\nos.close(os.open(b'out/\\xff\\xfe', os.O_CREAT))\n")
            try scene.push(1)
            let execution = try daemon.over("line/1")
            let above = try #require(execution.action("Above"))
            #expect(above.status == "Failed" && above.problem.contains("no matching"), "\(above.problem)")
            #expect(try log(daemon, "Above").contains("../x"))
            // What the build names by its whole path is wanted; it gets a place in the artifact that leads nowhere else.
            #expect(try files(daemon, "AbsoluteOut") == [String(secret.dropFirst())])
            #expect(execution.action("Links")?.status == "Succeeded")
            #expect(try files(daemon, "LinksOut") == ["out/good", "out/inside"])
            let links = try log(daemon, "Links")
            for name in ["out/file", "out/folder", "out/root", "out/relative", "out/loop"] {
                #expect(links.contains("Skipping symbolic link \(name): "), "\(links)")
            }
            #expect(try files(daemon, "SpecialOut") == ["out/good"])
            let specials = try log(daemon, "Special")
            for name in ["out/pipe", "out/socket"] {
                #expect(specials.contains("Skipping \(name): it is a device, pipe or socket"), "\(specials)")
            }
            // All of them are names of their own on Linux, and come out as they went in.
            #expect(execution.action("Names")?.status == "Succeeded")
            #expect(try files(daemon, "NamesOut").count == 10)
            let folder = "\(ScratchDirectory.path)/unpacked"
            #expect(
                try daemon.nacre("artifacts", "get", "line/1", "NamesOut", "--unpacked", "-o", folder).status == 0
            )
            for name in [
                "Same", "same", "e\u{301}", "\u{e9}", "new\nline", "esc\u{1b}[31m", "back\\slash", "-rf", "$(id)",
            ] {
                let text = try String(contentsOfFile: "\(folder)/NamesOut/out/\(name)", encoding: .utf8)
                #expect(Array(text.utf8) == Array(name.utf8))
            }
            let bytes = try #require(execution.action("Bytes"))
            #expect(bytes.status == "Failed" && bytes.problem.contains("out/\\xff\\xfe"), "\(bytes.problem)")
        }
    }

    @Test("32: names that are swapped for links while the artifact is made let nothing from outside in")
    func swapped() throws {
        let outside = "\(ScratchDirectory.path)/outside"
        let program = """
            import os, sys
            outside = sys.argv[1]
            for i in range(200):
                os.makedirs("out/d%d" % i); open("out/d%d/f" % i, "w").write("good")
                os.symlink(outside, "out/l%d" % i)
            open("ready", "w").close()
            parent = os.getppid()
            while True:
                for i in range(200):
                    d, l = "out/d%d" % i, "out/l%d" % i
                    os.rename(d, "t"); os.rename(l, d); os.rename(d, l); os.rename("t", d)
                    f = d + "/f"
                    os.rename(f, "g"); os.symlink(outside + "/f", f); os.unlink(f); os.rename("g", f)
            """
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
        try Data("the secret".utf8).write(to: URL(fileURLWithPath: "\(outside)/f"))
        try DaemonFixture.run(jobs: 4) { daemon in
            let swapping = "python3 swap.py '\(outside)' > /dev/null 2>&1 & until [ -e ready ]; do sleep 0.02; done"
            let scene = try PipelineScene(
                daemon,
                [("Make", (1...3).map { Self.make("Swap\($0)", [swapping], files: ["out/**/*"]) })]
            )
            try scene.git.write("swap.py", program)
            try scene.push(1)
            let execution = try daemon.over("line/1")
            for number in 1...3 {
                let action = try #require(execution.action("Swap\(number)"))
                // A file that vanished while it was read fails the build by its name; that is as good.
                guard action.status == "Succeeded" else {
                    #expect(action.problem.contains("out/"), "\(action.problem)")
                    continue
                }
                let folder = "\(ScratchDirectory.path)/unpacked"
                #expect(
                    try daemon.nacre("artifacts", "get", "line/1", "Swap\(number)Out", "--unpacked", "-o", folder)
                        .status
                        == 0
                )
                let found = try Program.run("grep", ["-r", "the secret", folder], environment: Program.path)
                #expect(found.status == 1, "\(found)")
            }
        }
    }

    @Test("32: very many files go in and come out, none too many and none too few")
    func many() throws {
        let count = SlowTests.areWanted ? 100_000 : 10_000
        let program = """
            import os
            for i in range(\(count) // 100):
                os.makedirs("out/%d" % i)
                for j in range(100): open("out/%d/%d" % (i, j), "w").close()
            """
        try DaemonFixture.run { daemon in
            let scene = try PipelineScene(
                daemon,
                [
                    ("Make", [Self.make("Many", ["python3 many.py"], files: ["out/**/*"])]),
                    ("Use", [Definition.commands("Count", ["find . -type f | wc -l"], inputs: ["ManyOut"])]),
                ]
            )
            try scene.git.write("many.py", program)
            try scene.push(1)
            #expect(try daemon.over("line/1").status == "Succeeded")
            #expect(try log(daemon, "Count").split(separator: "\n").contains("\(count)"))
        }
    }

    // MARK: - What comes from elsewhere

    /// Archives as an attacker makes them, with the name by which each is refused; empty: it is as good as any.
    private static let archives: [(body: String, problem: String)] = [
        ("z.writestr('../evil', 'x')", "../evil"),
        ("z.writestr('/SCRATCH/evil', 'x')", "/evil"),
        ("z.writestr('a/../../evil', 'x')", "a/../../evil"),
        ("z.writestr('..\\\\evil', 'x')", "..\\evil"),
        ("link('out', '/SCRATCH')", "out"),
        ("link('out', '..'); z.writestr('out/evil', 'x')", "out"),
        ("link('in', 'first'); z.writestr('in/evil', 'x')", "in/evil"),
        ("z.writestr('twice', 'x'); z.writestr('twice', 'y')", "twice"),
        ("z.writestr('a', 'x'); z.writestr('a/', '')", "a"),
        ("z.writestr('a', 'x'); z.writestr('a/evil', 'x')", "a/evil"),
        ("special('pipe', 0o010644)", "pipe"),
        ("special('device', 0o020644)", "device"),
        ("z.writestr('nul\\x01', 'x')", ""),
        ("bomb()", "zeros"),
        ("honest()", "big"),
    ]

    /// Who judges an archive.
    private static func consumers(of body: String) -> [String] {
        switch body {
        // A bucket has no links: one by itself is left out.
        case "link('out', '/SCRATCH')": ["Build", "Serve"]
        // It is no application.
        case "z.writestr('nul\\x01', 'x')": ["Build", "Files"]
        case "honest()": ["Source"]
        default: ["Build", "Files", "Serve"]
        }
    }

    private func make(_ body: String, _ path: String) throws {
        let script = """
            import zipfile, zlib, struct, sys
            def link(name, target):
                i = zipfile.ZipInfo(name); i.create_system = 3; i.external_attr = 0o120777 << 16
                z.writestr(i, target)
            def special(name, mode):
                i = zipfile.ZipInfo(name); i.create_system = 3; i.external_attr = mode << 16
                z.writestr(i, '')
            def bomb():
                global z
                z.close()
                z = zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED)
                with z.open('zeros', 'w') as f:
                    for i in range(64): f.write(bytes(1 << 20))
                z.close()
                b = bytearray(open(sys.argv[1], 'rb').read())
                p = b.rfind(b'PK\\1\\2')
                # It says that it is small.
                b[p + 24:p + 28] = struct.pack('<L', 1000)
                open(sys.argv[1], 'wb').write(b)
                z = None
            def honest():
                # It says how large it is, and is.
                global z
                z.close()
                zeros = bytes(1 << 26)
                c = zlib.compressobj(9, zlib.DEFLATED, -15)
                data = c.compress(zeros) + c.flush()
                facts = struct.pack('<HHHHHLLLHH', 20, 0, 8, 0, 33, zlib.crc32(zeros), len(data), len(zeros), 5, 0)
                body = directory = b''
                for i in range(17):
                    name = b'big%02d' % i
                    directory += b'PK\\1\\2\\24\\3' + facts + struct.pack('<HHHLL', 0, 0, 0, 0o100644 << 16, len(body)) + name
                    body += b'PK\\3\\4' + facts + name + data
                end = struct.pack('<HHHHLLH', 0, 0, 17, 17, len(directory), len(body), 0)
                open(sys.argv[1], 'wb').write(body + directory + b'PK\\5\\6' + end)
                z = None
            z = zipfile.ZipFile(sys.argv[1], 'w')
            z.writestr('first', 'x')
            \(body.replacingOccurrences(of: "SCRATCH", with: ScratchDirectory.path.dropFirst()))
            if z: z.close()
            """
        let made = try Program.run("python3", ["-W", "ignore", "-c", script, path], environment: Program.path)
        guard made.status == 0 else { throw Program.Failure(description: "\(made)") }
    }

    /// All names under the test's folder that an archive wanted to make, but those in the store and of the archives.
    private func escaped() throws -> [String] {
        let found = try Program.run(
            "find",
            [ScratchDirectory.path, "-name", "evil", "-not", "-path", "*/builds/*/workspace/src/*"],
            environment: Program.path
        )
        return found.output.split(separator: "\n").map(String.init)
    }

    @Test("32: an object of a bucket that is a hostile zip is refused by each consumer, by the entry's name")
    func sources() throws {
        try DaemonFixture.run(jobs: 4) { daemon in
            #expect(try daemon.nacre("bucket", "create", "models").status == 0)
            #expect(try daemon.nacre("bucket", "create", "site").status == 0)
            let source: Definition.Tree = [
                "name": "Source", "outputArtifacts": [["name": "Source"]],
                "configuration": ["S3Bucket": "models", "S3ObjectKey": "model.zip", "PollForSourceChanges": "false"],
                "actionTypeId": ["category": "Source", "owner": "AWS", "provider": "S3", "version": "1"],
            ]
            let extract: Definition.Tree = [
                "name": "Files", "inputArtifacts": [["name": "Source"]],
                "configuration": ["BucketName": "site", "Extract": "true"],
                "actionTypeId": ["category": "Deploy", "owner": "AWS", "provider": "S3", "version": "1"],
            ]
            defer { _ = try? daemon.nacre("env", "stop", "stage") }
            try daemon.define(
                Definition(
                    "line",
                    [
                        ("Source", [source]),
                        (
                            "Use",
                            [
                                Definition.commands("Build", ["ls -R"]), extract,
                                Definition.deploy("Serve", environment: "stage"),
                            ]
                        ),
                    ],
                    more: ["executionMode": "PARALLEL", "pipelineType": "V2"]
                )
            )
            for (number, archive) in zip(1..., Self.archives) {
                let path = "\(ScratchDirectory.path)/\(number).zip"
                try make(archive.body, path)
                // Each version of the object starts an execution.
                #expect(try daemon.nacre("bucket", "put", "models", "model.zip", path).status == 0)
                try daemon.execution("line/\(number)", until: "is there") { _ in true }
            }
            for (number, archive) in zip(1..., Self.archives) {
                let execution = try daemon.over("line/\(number)")
                for name in Self.consumers(of: archive.body) {
                    let action = try #require(execution.action(name))
                    let isAsItShouldBe =
                        archive.problem.isEmpty
                        ? action.status == "Succeeded"
                        : action.status == "Failed" && action.problem.contains(archive.problem)
                    #expect(isAsItShouldBe, "\(archive.body): \(name) \(action.status): \(action.problem)")
                }
            }
            #expect(try escaped() == [])
            #expect(try !daemon.nacre("bucket", "ls", "site").output.contains("evil"))
        }
    }
}
