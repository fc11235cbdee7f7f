// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Testing

@Suite("Command line parser")
struct ParserTests {
    private func parse(_ line: String) throws -> ParsedArguments {
        try parse(line.split(separator: " ").map(String.init))
    }

    private func parse(_ words: [String]) throws -> ParsedArguments {
        guard case .run(let arguments) = try SampleCommand.root.parse(words) else {
            throw ExitCode.usage
        }
        return arguments
    }

    private func failure(_ line: String) -> UsageError? {
        #expect(throws: UsageError.self) { try parse(line) }
    }

    @Test(
        "every way to give a value is understood",
        arguments: [
            "build --buildspec a.yml", "build --buildspec=a.yml", "build -b a.yml", "build -ba.yml", "build -b=a.yml",
            "build -kb a.yml", "build -kba.yml",
        ]
    )
    func values(line: String) throws {
        #expect(try parse(line).string("buildspec") == "a.yml")
    }

    @Test("options and arguments mix, and options of the program are known to its verbs")
    func mixed() throws {
        let arguments = try parse("--home /h build -e A=1 dir -kv --env=B=2=3 -j8")
        #expect(arguments.path == ["build"])
        #expect(arguments.string("home") == "/h")
        #expect(arguments.all("env") == ["A=1", "B=2=3"])
        #expect(arguments.string("DIR") == "dir")
        #expect(arguments.flag("keep"))
        #expect(arguments.flag("verbose"))
        #expect(try arguments.integer("jobs", in: 1...64) == 8)
        #expect(try parse("build --home /h").string("home") == "/h")
    }

    @Test("what was not given is nil, false or empty")
    func absent() throws {
        let arguments = try parse("build")
        #expect(arguments.string("DIR") == nil)
        #expect(!arguments.flag("keep"))
        #expect(arguments.all("env").isEmpty)
        #expect(try arguments.integer("jobs", in: 1...64) == nil)
    }

    @Test("words after two dashes, and a single dash, are arguments")
    func dashes() throws {
        #expect(try parse("lint -- -k --home").all("FILE") == ["-k", "--home"])
        #expect(try parse("lint -").all("FILE") == ["-"])
        #expect(try parse("lint").all("FILE").isEmpty)
    }

    @Test("a value may be empty, begin with a dash, or hold any letter")
    func oddValues() throws {
        #expect(try parse(["build", "--buildspec", ""]).string("buildspec") == "")
        #expect(try parse(["build", "--buildspec="]).string("buildspec") == "")
        #expect(try parse(["build", "-b", "-"]).string("buildspec") == "-")
        #expect(try parse(["build", "-e", "-x=1"]).all("env") == ["-x=1"])
        #expect(try parse(["build", "--env", "ü=\u{301} \n"]).all("env") == ["ü=\u{301} \n"])
    }

    @Test(
        "help is found wherever it stands",
        arguments: [
            ("--help", []), ("-h", []), ("help", []), ("repo --help", ["repo"]),
            ("help repo create", ["repo", "create"]),
            ("repo help create", ["repo", "create"]), ("repo create abalone -h", ["repo", "create"]),
            ("build -kh", ["build"]),
        ] as [(String, [String])]
    )
    func help(line: String, path: [String]) throws {
        #expect(try SampleCommand.root.parse(line.split(separator: " ").map(String.init)) == .help(path))
    }

    @Test(
        "wrong usage is named",
        arguments: [
            ("build --hom x", "unknown option '--hom'", "--home"),
            ("build --keeep", "unknown option '--keeep'", "--keep"),
            ("build --zzz", "unknown option '--zzz'", nil),
            ("build -x", "unknown option '-x'", nil),
            ("build -home", "unknown option '-o'", "--home"),
            ("build -format", "unknown option '-f'", "--format"),
            ("biuld", "unknown command 'biuld'", "build"),
            ("repo craete x", "unknown command 'craete'", "create"),
            ("help repo remov", "unknown command 'remov'", "remove"),
            ("xyzzy", "unknown command 'xyzzy'", nil),
            ("", "a command is missing: one of build, repo, lint", nil),
            ("repo", "a command is missing: one of create, remove", nil),
            (
                "repo create",
                "NAME is missing: its name: letters, digits, dots, dashes and underscores, of which the first is no dot",
                nil
            ),
            ("repo remove", "NAME is missing: which", nil),
            ("repo create a b", "unexpected argument 'b'", nil),
            ("build --keep=1", "option '--keep' takes no value", nil),
            ("build -b", "option '-b' needs a value: -b FILE", nil),
            ("build --buildspec --keep", "option '--buildspec' needs a value: --buildspec FILE", nil),
            ("build -b a -b b", "option '--buildspec' is given twice", nil),
            ("build --format jsno", "option '--format' must be one of text, json, not 'jsno'", "json"),
            ("build \u{1b}[31m x", "unexpected argument 'x'", nil),
            ("repo \u{1b}[31m", "unknown command '\u{fffd}[31m'", nil),
        ] as [(String, String, String?)]
    )
    func wrong(line: String, message: String, suggestion: String?) throws {
        let error = try #require(failure(line))
        #expect(error.message == message)
        #expect(error.suggestion == suggestion)
    }

    @Test("a number outside its range is wrong usage", arguments: ["0", "65", "x", "", "1.5", "99999999999999999999"])
    func numbers(text: String) throws {
        let arguments = try parse(["build", "--jobs", text])
        let error = #expect(throws: UsageError.self) { try arguments.integer("jobs", in: 1...64) }
        #expect(error?.message == "option '--jobs' must be a whole number from 1 to 64, not '\(text)'")
    }

    @Test("an error shows what is wrong, the usage, and where help is")
    func errorText() {
        #expect(
            failure("repo create --branch x")?.description == """
                error: unknown option '--branch'; did you mean '--branches'?
                usage: nacre repo create [OPTIONS] NAME
                See 'nacre repo create --help'.
                """
        )
    }

    @Test("exit codes are those of the manual")
    func exitCodes() {
        #expect(ExitCode.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 130])
    }
}
