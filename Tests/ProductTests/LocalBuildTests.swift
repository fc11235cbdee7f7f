// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("nacre build", .scratchDirectory, .timeLimit(.minutes(40)))
struct LocalBuildTests {
    /// A folder `tree` in the scratch folder with these files.
    private func write(_ files: [String: String], in folder: String = "tree") throws {
        for (path, text) in files {
            let file = "\(ScratchDirectory.path)/\(folder)/\(path)"
            try FileManager.default.createDirectory(
                atPath: (file as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        }
    }

    private func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(ScratchDirectory.path)/\(path)")
    }

    private func environment() -> [String: String] {
        Program.path.merging(["NACRE_HOME": "\(ScratchDirectory.path)/home"]) { $1 }
    }

    /// Runs `nacre build` in the scratch folder.
    private func build(_ arguments: String...) throws -> Program.Result {
        try Program.run(
            Program.product("nacre"),
            ["build"] + arguments,
            environment: environment(),
            in: ScratchDirectory.path
        )
    }

    @Test("the build runs on a copy, with untracked files and without ignored ones")
    func copy() throws {
        let git = try GitFixture(in: ScratchDirectory.path)
        try git.write(
            "buildspec.yml",
            BuildspecText.commands("ls; cat src/file2.txt | head -1; echo new > made; rm run.sh")
        )
        try git.write(".gitignore", "ignored\n")
        try git.write("ignored", "")
        try git.write("untracked", "")
        try git.write("src/file2.txt", "changed\n")
        let result = try build("work")
        #expect(result.status == 0, "\(result)")
        let lines = result.output.split(separator: "\n")
        #expect(lines.contains("untracked") && lines.contains("changed") && lines.contains("run.sh"))
        #expect(!lines.contains("ignored"))
        #expect(!exists("work/made") && exists("work/run.sh"))
        #expect(result.errors.contains("untracked files included"), "\(result.errors)")
        #expect(try git.git("status", "--porcelain", "--", "made", "run.sh").isEmpty)
    }

    @Test("--in-place runs in the tree itself")
    func inPlace() throws {
        try write(["buildspec.yml": BuildspecText.commands("pwd; echo new > made")])
        let result = try build("tree", "--in-place")
        #expect(result.status == 0)
        #expect(result.output.contains("\n\(ScratchDirectory.path)/tree\n"))
        #expect(exists("tree/made"))
    }

    @Test("variables: -e beats --env-file, which beats the buildspec")
    func variables() throws {
        let spec = """
            version: 0.2
            env:
              variables:
                A: buildspec
                B: buildspec
                C: buildspec
            phases:
              build:
                commands:
                  - echo "<$A> <$B> <$C> <$D>"

            """
        try write(["buildspec.yml": spec])
        try write(["vars.env": "# comment\nexport B='from file'\nC=file # comment\nD=\"a\\nb\"\n"], in: ".")
        let result = try build("tree", "--env-file", "vars.env", "-e", "C=line=1", "-e", "EMPTY=")
        #expect(result.output.contains("\n<buildspec> <from file> <line=1> <a\nb>\n"), "\(result)")
    }

    @Test("further sources are copied, too, and found by their variables")
    func sources() throws {
        try write([
            "buildspec.yml": BuildspecText.commands(
                "cat \"$CODEBUILD_SRC_DIR_data/rows\"; echo > \"$CODEBUILD_SRC_DIR_data/made\""
            )
        ])
        try write(["rows": "the rows\n"], in: "other")
        let result = try build("tree", "--source", "data=other")
        #expect(result.status == 0)
        #expect(result.output.contains("\nthe rows\n"))
        #expect(!exists("other/made"))
    }

    @Test("another buildspec is named by a path from here, a path in the tree, or is given itself")
    func buildspecs() throws {
        try write([
            "buildspec.yml": BuildspecText.commands("echo standard"),
            "ci/in.yml": BuildspecText.commands("echo inside"),
        ])
        try write(["here.yml": BuildspecText.commands("echo outside")], in: ".")
        #expect(try build("tree").output.contains("\nstandard\n"))
        #expect(try build("tree", "-b", "here.yml").output.contains("\noutside\n"))
        #expect(try build("tree", "-b", "ci/in.yml").output.contains("\ninside\n"))
        #expect(try build("tree", "-b", "tree/ci/in.yml").output.contains("\ninside\n"))
        #expect(try build("tree", "-b", BuildspecText.commands("echo given")).output.contains("\ngiven\n"))
        let missing = try build("tree", "-b", "nowhere.yml")
        #expect(missing.status == 3, "\(missing)")
    }

    @Test("--json writes the Build object alone to standard output, the log to standard error")
    func json() throws {
        try write(["buildspec.yml": BuildspecText.commands("echo said; exit 1")])
        let result = try build("tree", "--json")
        #expect(result.status == 1)
        let build = try JSONDecoder().decode(ShownBuild.self, from: Data(result.output.utf8))
        #expect(build.buildStatus == "FAILED")
        #expect(build.buildNumber == 1)
        #expect(result.errors.contains("\nsaid\n"))
        #expect(!result.output.contains("[Container]"))
        let again = try self.build("tree", "--json")
        #expect(try JSONDecoder().decode(ShownBuild.self, from: Data(again.output.utf8)).buildNumber == 2)
    }

    @Test("artifacts go where they are wanted, zipped and unpacked")
    func artifacts() throws {
        try write(["buildspec.yml": BuildspecText.commands("mkdir out; echo 1 > out/a.txt", artifacts: "out/**/*")])
        let without = try build("tree")
        #expect(without.status == 0)
        #expect(without.errors.contains("-a DIR"))
        let result = try build("tree", "-a", "kept", "--unpacked")
        #expect(result.status == 0, "\(result)")
        #expect(exists("kept/artifacts.zip"))
        #expect(exists("kept/artifacts/out/a.txt"))
        // Nothing else is left of either build.
        let left = try FileManager.default.contentsOfDirectory(atPath: "\(ScratchDirectory.path)/home/local")
        #expect(left == ["tree.number"])
    }

    @Test("--keep leaves the folder and names it")
    func keep() throws {
        try write(["buildspec.yml": BuildspecText.commands("echo > made; exit 1")])
        let result = try build("tree", "--keep")
        let line = try #require(result.errors.split(separator: "\n").first { $0.contains("the build's folder is ") })
        let folder = try #require(line.split(separator: " ").last)
        #expect(FileManager.default.fileExists(atPath: "\(folder)/workspace/src/made"))
        #expect(FileManager.default.fileExists(atPath: "\(folder)/result.json"))
    }

    @Test("a folder that no earlier run has made is never replaced by unpacked artifacts, and nothing runs first")
    func unpackedKeepsFolders() throws {
        let buildspec = BuildspecText.commands("echo ran > ../ran; echo x > o") + "artifacts: {files: [o]}\n"
        try write(["buildspec.yml": buildspec, "artifacts/mine": "precious"])
        let refused = try build("tree", "--in-place", "-a", "tree", "--unpacked")
        #expect(refused.status == 2, "\(refused)")
        #expect(exists("tree/artifacts/mine"))
        #expect(!exists("ran"))
        for _ in 0..<2 {
            let again = try build("tree", "-a", "out", "--unpacked")
            #expect(again.status == 0, "\(again)")
            #expect(exists("out/artifacts/o"))
        }
    }

    @Test("an identifier that would lead out of the folder is refused before anything runs")
    func identifierAsPath() throws {
        let secondary = "artifacts:\n  secondary-artifacts:\n    '..': {files: [o]}\n"
        try write(["buildspec.yml": BuildspecText.commands("echo ran > ../ran; echo x > o") + secondary])
        let result = try build("tree", "--in-place", "-a", "tree/out", "--unpacked")
        #expect(result.status == 3, "\(result)")
        #expect(exists("tree/buildspec.yml"))
        #expect(!exists("ran"))
    }

    @Test("artifacts that cannot be placed are told of before the first command")
    func badArtifactsFolder() throws {
        try write(["buildspec.yml": BuildspecText.commands("echo ran > \(ScratchDirectory.path)/ran"), "file": ""])
        let result = try build("tree", "-a", "tree/file")
        #expect(result.status == 4, "\(result)")
        #expect(!exists("ran"))
    }

    @Test("what an earlier run put into the tree is not in the next one's artifacts")
    func artifactsInTheTree() throws {
        try write(["buildspec.yml": BuildspecText.commands("ls") + "artifacts: {files: ['**/*']}\n"])
        for _ in 0..<2 {
            let result = try build("tree", "-a", "tree/out")
            #expect(result.status == 0)
            #expect(!result.output.contains("\nout\n"), "\(result)")
        }
    }

    @Test("a command that makes its output non-blocking does not break the next")
    func nonBlockingOutput() throws {
        try write([
            "buildspec.yml":
                "version: 0.2\nphases:\n  build:\n    commands:\n"
                + "      - python3 -c 'import os; os.set_blocking(1, False)'\n"
                + "      - head -c 8000000 /dev/zero | tr '\\0' x\n"
        ])
        let result = try build("tree")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.utf8.count > 8_000_000)
    }

    @Test("the summary names the phase that decided, not one whose failure was forgiven")
    func summaryOfForgivenFailure() throws {
        let phases = "version: 0.2\nphases:\n  install:\n    on-failure: CONTINUE\n    commands: ['false']\n"
        try write(["buildspec.yml": phases + "  build:\n    commands: [exit 9]\n"])
        let failed = try build("tree")
        #expect(failed.errors.contains("FAILED in"), "\(failed.errors)")
        #expect(failed.errors.contains(": BUILD: Error while executing command: exit 9"), "\(failed.errors)")
        try write(["buildspec.yml": phases])
        let good = try build("tree")
        #expect(good.status == 0)
        #expect(!good.errors.contains("INSTALL"), "\(good.errors)")
    }

    @Test("a home that is given by a relative path works like any other")
    func relativeHome() throws {
        try write(["buildspec.yml": BuildspecText.commands("true")])
        let environment = Program.path.merging(["NACRE_HOME": "relative"]) { $1 }
        let result = try Program.run(
            Program.product("nacre"),
            ["build", "tree"],
            environment: environment,
            in: ScratchDirectory.path
        )
        #expect(result.status == 0, "\(result)")
    }

    @Test(
        "the exit code tells what happened",
        arguments: [
            (["tree"], 0), (["tree", "-e", "CODE=1"], 1),
            (["tree", "-b", "version: 0.2\nphases: {built: 1}"], 3),
            (["tree", "-b", "version: 0.2"], 3), (["nowhere"], 5), (["tree", "--source", "a=nowhere"], 5),
            (["tree", "--env-file", "nowhere"], 5), (["tree", "--env-file", "bad.env"], 3),
            (["tree", "-e", "1A=x"], 2),
            (["tree", "--unpacked"], 2), (["tree", "--nothing"], 2), (["tree", "tree"], 2),
        ] as [([String], Int32)]
    )
    func exitCodes(arguments: [String], code: Int32) throws {
        try write(["buildspec.yml": BuildspecText.commands("exit ${CODE:-0}")])
        try write(["bad.env": "not a variable\n"], in: ".")
        let result = try Program.run(
            Program.product("nacre"),
            ["build"] + arguments,
            environment: environment(),
            in: ScratchDirectory.path
        )
        #expect(result.status == code, "\(result)")
        #expect(result.errors.contains("nacre: "))
    }

    @Test("42: control characters in a command do not reach the terminal by the summary")
    func controlCharacters() throws {
        try write([
            "buildspec.yml":
                "version: 0.2\nphases:\n  build:\n    commands:\n      - \"echo '\\e[31m\\u202E' && false\"\n"
        ])
        let result = try build("tree")
        #expect(result.status == 1)
        #expect(result.errors.contains("^[[31m\\u{202E}"), "\(result.errors)")
        #expect(!result.errors.contains("\u{1B}"))
    }

    private func start(_ commands: String) throws -> (program: BackgroundProgram, pid: Int32) {
        let pidFile = "\(ScratchDirectory.path)/pid"
        try write(["buildspec.yml": BuildspecText.commands("echo $$ > '\(pidFile)'\n\(commands)")])
        let program = try BackgroundProgram(
            Program.product("nacre"),
            ["build", "tree"],
            environment: environment(),
            in: ScratchDirectory.path,
            name: "build"
        )
        var pid: Int32?
        try eventually("the command runs") {
            let text = String(decoding: FileManager.default.contents(atPath: pidFile) ?? Data(), as: UTF8.self)
            pid = text.hasSuffix("\n") ? Int32(text.dropLast()) : nil
            return pid != nil
        }
        return (program, pid ?? 0)
    }

    @Test("Ctrl-C stops the whole tree, says so, and the exit code is 130")
    func interrupt() throws {
        let (program, pid) = try start("trap 'echo cleaned; exit 0' TERM; while :; do sleep 0.05; done")
        program.signal(SIGINT)
        #expect(try program.wait() == 130)
        #expect(program.errors.contains("nacre: stopping the build; once more kills it at once\n"))
        #expect(program.errors.contains("tree#1 STOPPED"))
        #expect(program.output.contains("\ncleaned\n"))
        #expect(kill(pid, 0) == -1)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: "\(ScratchDirectory.path)/home/local") == [
                "tree.number"
            ]
        )
    }

    @Test("a second Ctrl-C kills at once what ignores the first")
    func interruptTwice() throws {
        let (program, pid) = try start("trap '' TERM INT; while :; do sleep 1000; done")
        program.signal(SIGINT)
        try eventually("the first one is noticed") { program.errors.contains("stopping the build") }
        program.signal(SIGINT)
        #expect(try program.wait(seconds: 30) == 130)
        #expect(program.errors.contains("nacre: killing the build\n"))
        #expect(kill(pid, 0) == -1)
    }

    @Test("when nacre build itself is killed, its commands end, too")
    func killed() throws {
        let (program, pid) = try start("while :; do sleep 1000; done")
        program.signal(SIGKILL)
        #expect(try program.wait() == 137)
        try eventually("the command has ended") { kill(pid, 0) == -1 }
    }
}
