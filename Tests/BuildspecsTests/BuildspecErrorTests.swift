// SPDX-License-Identifier: Apache-2.0

import Buildspecs
import Diagnostics
import Testing

/// A buildspec and the problems in it, each as `line:column: severity: text`.
struct Complaint: Sendable, CustomTestStringConvertible {
    let text: String
    let problems: [String]

    init(_ text: String, _ problems: String...) {
        self.text = text
        self.problems = problems
    }

    var testDescription: String { String(text.debugDescription.prefix(100)) }

    func check() {
        let reading = BuildspecReader.read(Array(text.utf8), file: "f")
        let found = reading.diagnostics.map {
            "\($0.location.line):\($0.location.column): \($0.severity.rawValue): \($0.message)"
        }
        #expect(found == problems)
        #expect((reading.buildspec == nil) == reading.diagnostics.hasErrors)
    }
}

@Suite("Buildspec errors")
struct BuildspecErrorTests {
    private static let twelve = (1...13).map { "    a\($0): {files: x}\n" }.joined()
    private static let five = (1...6).map { "  g\($0): {files: x}\n" }.joined()

    static let errors: [Complaint] = [
        Complaint("", "1:1: error: the file is empty"),
        Complaint("# nothing", "1:1: error: the file is empty"),
        Complaint("just text", "1:1: error: the buildspec must be a mapping of keys to values, not `just text`"),
        Complaint("- a", "1:1: error: the buildspec must be a mapping of keys to values, not a list"),
        Complaint("{}", "1:1: error: `version` is missing", "1:1: error: `phases` is missing"),
        Complaint("version: 0.2", "1:1: error: `phases` is missing"),
        Complaint("version: 0.2\nphases:", "2:1: error: `phases` is empty"),
        Complaint("version: 0.2\nphases: [a]", "2:9: error: `phases` must be a mapping of keys to values, not a list"),
        Complaint("version: 1.0\nphases: {build: {commands: [a]}}", "1:10: error: there is no buildspec version `1.0`"),
        Complaint(
            "version: [0.2]\nphases: {build: {commands: [a]}}",
            "1:10: error: `version` must be a text, not a list"
        ),
        Complaint("version: ''\nphases: {build: {commands: [a]}}", "1:10: error: `version` is empty"),
        Complaint(
            "version: 0.2\nphases:\n  bulid:\n    commands: [a]\n  artifacts:\n    files: x",
            "3:3: error: there is no phase `bulid`",
            "5:3: error: there is no phase `artifacts`"
        ),
        Complaint(
            "version: 0.2\nphases:\n  build:\n    commands: [a]\n  build:\n    commands: [b]\nversion: 0.2",
            "5:3: error: `build` is already in `phases`, at line 3",
            "7:1: error: `version` is already in the buildspec, at line 1"
        ),
        Complaint(
            BuildspecSamples.build("comands: [a]\nartifacts: x"),
            "4:5: error: unknown key `comands` in `build`",
            "5:5: warning: unknown key `artifacts` in `build` is ignored"
        ),
        Complaint(
            BuildspecSamples.build("commands: {a: b}"),
            "4:15: error: `commands` must be a list of commands, not a mapping"
        ),
        Complaint(
            BuildspecSamples.build("commands:\n  - a\n  -\n  - ~"),
            "6:8: error: this item of `commands` is empty",
            "7:9: error: this item of `commands` is empty"
        ),
        Complaint(
            BuildspecSamples.build("commands: [\"a\\0b\"]"),
            "4:16: error: a command holds a NUL character, which no process can be given"
        ),
        Complaint(
            BuildspecSamples.build("commands: [a]\nsteps: [{run: b}]"),
            "5:5: error: `build` has both `steps` and `commands`; a phase can have one of them"
        ),
        Complaint(
            BuildspecSamples.build("steps:\n  - name: x\n  - {run: a, uses: b}\n  - {run: a, when: c}"),
            "5:9: error: a step has either `run` or `uses`",
            "6:9: error: a step has either `run` or `uses`",
            "7:18: warning: unknown key `when` in a step is ignored"
        ),
        Complaint(
            BuildspecSamples.build("commands: [a]\non-failure: STOP"),
            "5:17: error: `on-failure` cannot be `STOP`"
        ),
        Complaint(
            BuildspecSamples.build("commands: [a]\nrun-as: [b]"),
            "5:13: error: `run-as` must be a text, not a list"
        ),
        Complaint(
            "version: 0.2\nphases:\n  install:\n    runtime-versions: [python]",
            "4:23: error: `runtime-versions` must be a mapping of keys to values, not a list"
        ),
        Complaint(
            "version: 0.2\nphases:\n  install:\n    runtime-versions: {python: }",
            "4:32: error: the version of `python` is empty"
        ),
        Complaint(
            BuildspecSamples.top("env: {variables: {1A: x, A-B: y, C: {d: e}}}"),
            "3:19: error: `1A` is not a name that a variable can have",
            "3:26: error: `A-B` is not a name that a variable can have",
            "3:37: error: `C` must be a text, not a mapping"
        ),
        Complaint(
            BuildspecSamples.top("env: {variables: [A]}"),
            "3:18: error: `variables` must be a mapping of keys to values, not a list"
        ),
        Complaint(BuildspecSamples.build("finaly: [a]\nrun-as: x"), "4:5: error: unknown key `finaly` in `build`"),
        Complaint(
            BuildspecSamples.top("env: {variables: {A: b, A: c}}"),
            "3:25: error: `A` is already in `variables`, at line 3"
        ),
        Complaint(
            BuildspecSamples.top("env: {variables: {? [a] : b}}"),
            "3:21: error: a key in `variables` must be a text, not a list"
        ),
        Complaint(BuildspecSamples.top("env: {parameter-store: {A: }}"), "3:28: error: `A` is empty"),
        Complaint(
            BuildspecSamples.top("env: {secrets-manager: {A: 'a:b:c:d'}}"),
            "3:28: error: `a:b:c:d` is not a reference to a secret"
        ),
        Complaint(
            BuildspecSamples.top("env: {exported-variables: [A B]}"),
            "3:28: error: `A B` is not a name that a variable can have"
        ),
        Complaint(
            BuildspecSamples.top("env: {git-credential-helper: maybe}"),
            "3:30: error: `git-credential-helper` must be `yes` or `no`, not `maybe`"
        ),
        Complaint(
            BuildspecSamples.top("env: {shell: bash -e}"),
            "3:14: error: `shell` must be a program without arguments"
        ),
        Complaint(
            BuildspecSamples.top("proxy: {logs: [], log: no}"),
            "3:15: error: `logs` must be `yes` or `no`, not a list",
            "3:19: warning: unknown key `log` in `proxy` is ignored"
        ),
        Complaint(BuildspecSamples.top("artifacts: {name: x}"), "3:1: error: `artifacts` needs `files`"),
        Complaint(BuildspecSamples.top("artifacts: {files: []}"), "3:20: error: `files` names nothing"),
        Complaint(
            BuildspecSamples.top("artifacts: {files: {a: b}}"),
            "3:20: error: `files` must be a list of texts, not a mapping"
        ),
        Complaint(
            BuildspecSamples.top("artifacts: {files: [[a]]}"),
            "3:21: error: an item of `files` must be a text, not a list"
        ),
        Complaint(
            BuildspecSamples.top("artifacts: {file: a, base-dir: b}"),
            "3:1: error: `artifacts` needs `files`",
            "3:13: warning: unknown key `file` in `artifacts` is ignored",
            "3:22: warning: unknown key `base-dir` in `artifacts` is ignored"
        ),
        Complaint(
            BuildspecSamples.top("artifacts: {files: a, secondary-artifacts: {x: {name: b}}}"),
            "3:45: error: `x` needs `files`"
        ),
        Complaint(
            BuildspecSamples.top("artifacts:\n  files: a\n  secondary-artifacts:\n" + twelve),
            "18:5: error: there are 13 secondary artifacts; AWS CodeBuild allows 12"
        ),
        Complaint(
            BuildspecSamples.top("reports:\n" + five),
            "9:3: error: there are 6 report groups; AWS CodeBuild allows 5"
        ),
        Complaint(
            BuildspecSamples.top("reports: {a: {file-format: JUNIT}, b: }"),
            "3:11: error: `a` needs `files`",
            "3:28: error: there is no report format `JUNIT`",
            "3:36: error: `b` needs `files`"
        ),
        Complaint(
            BuildspecSamples.top("cache: {key: k, fallback-keys: [a, b, c, d, e, f], action: keep}"),
            "3:48: error: there are 6 fallback keys; AWS CodeBuild allows 5",
            "3:60: error: `action` must be `restore` or `save`, not `keep`"
        ),
        Complaint(
            BuildspecSamples.top("batch: {}"),
            "3:1: error: `batch` needs one of `build-list`, `build-graph`, `build-matrix`, `build-fanout`"
        ),
        Complaint(
            BuildspecSamples.top("batch: {build-list: [], build-fanout: {parallelism: 0}}"),
            "3:21: error: `build-list` has no builds",
            "3:25: error: `batch` can have one kind of build, and this one has `build-list`, `build-fanout`",
            "3:53: error: `parallelism` must be a whole number from 1, not `0`"
        ),
        Complaint(
            BuildspecSamples.top(
                "batch: {build-list: [{identifier: a-b}, {identifier: c}, {identifier: c, depend-on: [c]}, {}]}"
            ),
            "3:35: error: the identifier `a-b` must be letters, digits and `_` only, and shorter than 128",
            "3:71: error: the identifier `c` is already taken, at line 3",
            "3:74: warning: unknown key `depend-on` in a build of `build-list` is ignored",
            "3:91: error: a build of a batch needs an `identifier`"
        ),
        Complaint(
            BuildspecSamples.top(
                "batch:\n  build-graph:\n    - {identifier: a, depend-on: [c]}\n    - {identifier: b, depend-on: [a]}\n    - {identifier: c, depend-on: [b, d]}"
            ),
            "5:7: error: builds depend on each other in a circle: `a` → `c` → `b` → `a`",
            "7:38: error: `depend-on` names `d`, and there is no build of that identifier"
        ),
        Complaint(
            BuildspecSamples.top("batch: {build-list: [{identifier: a, env: {compute-type: x, fleet: y}}]}"),
            "3:61: error: `env` can have `compute-type` or `fleet`, not both"
        ),
        Complaint(
            BuildspecSamples.top("batch: {build-matrix: {dynamic: {buildspec: [], env: {variables: {A: []}}}}}"),
            "3:45: error: `buildspec` has no values, so that the matrix would have no builds",
            "3:70: error: `A` has no values, so that the matrix would have no builds"
        ),
        Complaint(
            BuildspecSamples.top("batch: {build-fanout: {parallelism: 1001}}"),
            "3:37: error: a batch can have 1000 builds, not 1001"
        ),
        Complaint(
            BuildspecSamples.top(
                "batch: {build-matrix: {dynamic: {env: {variables: {"
                    + (0..<10).map { "V\($0): [0, 1]" }.joined(separator: ", ") + "}}}}}"
            ),
            "3:9: error: `build-matrix` has 1024 builds, and a batch can have 1000"
        ),
    ]

    @Test("what is wrong is found, all of it, in the order of the file", arguments: errors)
    func error(_ complaint: Complaint) {
        complaint.check()
    }

    @Test(
        "the hint says where a misplaced key belongs, or what was meant",
        arguments: [
            (
                BuildspecSamples.top("secondary-artifacts: {}"),
                "`secondary-artifacts` goes under `artifacts`: check its indentation"
            ),
            (BuildspecSamples.top("build: {}"), "a phase goes under `phases`: check its indentation"),
            (BuildspecSamples.top("enviroment: {}"), nil),
            (BuildspecSamples.top("artefacts: {}"), "did you mean `artifacts`?"),
            (
                BuildspecSamples.build("artifacts: {}"),
                "`artifacts` belongs at the top of the file: check its indentation"
            ),
            (BuildspecSamples.build("run_as: x"), "did you mean `run-as`?"),
            (
                BuildspecSamples.build("post_build: {commands: [a]}"),
                "a phase goes under `phases`: check its indentation"
            ),
            (
                BuildspecSamples.top("artifacts: {files: x, file-format: y}"),
                "`file-format` goes under a report group: check its indentation"
            ),
            (
                BuildspecSamples.top("env: {\u{a0}variables: {A: b}}"),
                "did you mean `variables`?"
            ),
            (
                BuildspecSamples.top("\u{a0}\u{3000}run: x"),
                "it holds a space that YAML does not take for one; write plain spaces"
            ),
            (BuildspecSamples.top("artifacts: {files: x, baseDirectory: y}"), "did you mean `base-directory`?"),
            (BuildspecSamples.top("proxy: {x: y}"), "known keys: `upload-artifacts`, `logs`"),
            ("version: 0.2\nphases: {cache: {}}", "`cache` belongs at the top of the file: remove its indentation"),
            ("version: 0.2\nphases: {prebuild: {}}", "did you mean `pre_build`?"),
            ("version: 0.2\nphases: {deploy: {}}", "the phases are `install`, `pre_build`, `build`, `post_build`"),
        ] as [(String, String?)]
    )
    func hint(text: String, expected: String?) {
        let diagnostics = BuildspecReader.read(Array(text.utf8), file: "f").diagnostics
        #expect(diagnostics.first?.hint == expected)
    }

    @Test("the whole of a report is pinned")
    func rendered() {
        let text = """
            version: 0.3
            phases:
              build:
                command:
                  - make
              post-build:
                commands:
                  - echo "Step 1: go"
            artifact:
              files: x

            """
        let reading = BuildspecReader.read(Array(text.utf8), file: "buildspec.yml")
        let rendered = DiagnosticRenderer(source: Array(text.utf8)).render(reading.diagnostics)
        #expect(
            rendered == """
                buildspec.yml:1:10: error: there is no buildspec version `0.3`
                version: 0.3
                         ^~~
                hint: write `version: 0.2`
                buildspec.yml:4:5: error: unknown key `command` in `build`
                    command:
                    ^~~~~~~
                hint: did you mean `commands`?
                buildspec.yml:6:3: error: there is no phase `post-build`
                  post-build:
                  ^~~~~~~~~~
                hint: did you mean `post_build`?
                buildspec.yml:9:1: warning: unknown key `artifact` is ignored
                artifact:
                ^~~~~~~~
                hint: did you mean `artifacts`?

                """
        )
        #expect(reading.diagnostics.summary == "3 errors, 1 warning")
    }

    @Test(
        "the words of AWS are kept where they are known",
        arguments: [
            ("version: 1.0\nphases: {}", "invalid buildspec `version` specified: 1.0, see documentation"),
            ("phases: {}", "invalid buildspec `version` specified: , see documentation"),
            (
                "version: 0.2\nphases: {artifacts: {files: x}}",
                "Invalid buildspec phase name: artifacts. Expecting: build,install,post_build,pre_build"
            ),
            (
                BuildspecSamples.top("batch: {build-list: [{identifier: a-b}]}"),
                "BatchSpec has invalid values.. Build Identifiers a-b must contain only alphanumeric characters and underscores and be less than 128 characters in length."
            ),
        ]
    )
    func wireMessage(text: String, expected: String) {
        let reading = BuildspecReader.read(Array(text.utf8), file: "f")
        #expect(reading.diagnostics.compactMap(\.wireMessage) == [expected])
    }
}
