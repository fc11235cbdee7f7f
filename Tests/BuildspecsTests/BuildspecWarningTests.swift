// SPDX-License-Identifier: Apache-2.0

import Buildspecs
import Diagnostics
import Testing

@Suite("Buildspec warnings")
struct BuildspecWarningTests {
    private static func item(_ item: String, top: String = "", version: String = "0.2") -> String {
        BuildspecSamples.build("commands:\n  - \(item)\n  - make", version: version, top: top)
    }

    private static func bash(_ name: String) -> String {
        "5:9: warning: \(name) is of bash, and commands run in `sh`, which is dash on Debian and Ubuntu"
    }

    static let regrets: [Complaint] = [
        Complaint(
            BuildspecSamples.top("build: {commands: [a]}\nsomething: 1"),
            "3:1: warning: unknown key `build` is ignored",
            "4:1: warning: unknown key `something` is ignored"
        ),
        Complaint(
            BuildspecSamples.top("environment_variables: {plaintext: {A: b}}"),
            "3:1: warning: `environment_variables` is of version 0.1"
        ),
        Complaint(
            BuildspecSamples.top("env: {variables: {CODEBUILD_X: 1}}"),
            "3:19: warning: names that start with `CODEBUILD_` are reserved; do not set `CODEBUILD_X`"
        ),
        Complaint(
            BuildspecSamples.top("env: {variables: {PATH: '$PATH:/x', COST: '5$', RE: '^a$'}}"),
            "3:19: warning: the value of `PATH` is not expanded: the build sees the text `$PATH:/x`"
        ),
        Complaint(
            BuildspecSamples.top("env: {variables: {A: 1}, parameter-store: {A: /a}}"),
            "3:44: warning: `A` is in `variables` too; the one in `parameter-store` is used"
        ),
        Complaint(
            BuildspecSamples.top("env: {exported-variables: [AWS_X]}"),
            "3:28: warning: AWS CodeBuild never exports a variable whose name starts with `AWS_`"
        ),
        Complaint(
            BuildspecSamples.top("env: {shell: zsh}"),
            "3:14: warning: AWS CodeBuild knows `bash` and `/bin/sh` only, not `zsh`"
        ),
        Complaint(
            "version: 0.2\nphases:\n  install:\n  build: {commands: }",
            "3:3: warning: the phase `install` is empty",
            "4:3: warning: the phase `build` has no commands"
        ),
        Complaint(
            BuildspecSamples.build("commands: [a]\nruntime-versions: {python: 3.10}"),
            "5:5: warning: `runtime-versions` is only read in `install`"
        ),
        Complaint(
            BuildspecSamples.top("artifacts: {secondary-artifacts: {a: {files: x}}}"),
            "3:1: warning: `artifacts` has no `files` of its own, so there is no primary artifact"
        ),
        Complaint(
            BuildspecSamples.top("artifacts: {files: [dist, out/, app]}"),
            "3:21: warning: `files` matches files only, and `dist` looks like a folder",
            "3:27: warning: `files` matches files only, and `out/` looks like a folder"
        ),
        Complaint(
            BuildspecSamples.top("cache: {fallback-keys: [a], paths: [b]}"),
            "3:9: warning: `fallback-keys` counts only together with `key`"
        ),
        Complaint(
            "version: '0.2'\nbatch: {build-list: [{identifier: a}]}",
            "1:1: warning: `phases` is missing, and there are builds in `batch` without a `buildspec` of their own",
            "1:10: warning: a batch build refuses a version in quotes"
        ),
        Complaint(
            BuildspecSamples.top("env: {compute-type: SMALL, variable: {A: b}}"),
            "3:7: warning: unknown key `compute-type` in `env` is ignored",
            "3:28: warning: unknown key `variable` in `env` is ignored"
        ),
        Complaint(
            BuildspecSamples.top("batch: {build-list: [{identifier: a, env: {exported-variables: [B]}}]}"),
            "3:44: warning: unknown key `exported-variables` in `env` is ignored"
        ),
        Complaint(
            BuildspecSamples.build("commands: [a]\npost_build: {commands: [b]}\nruntime-version: {python: 3}"),
            "5:5: warning: unknown key `post_build` in `build` is ignored",
            "6:5: warning: unknown key `runtime-version` in `build` is ignored"
        ),
        Complaint(
            BuildspecSamples.top("artifacts:\n  files:\n  # - a"),
            "4:3: warning: `files` is empty, so there is no artifact"
        ),
        Complaint(
            BuildspecSamples.build("commands: [a]\non-failure: RETRY-2-*x("),
            "5:17: warning: `*x(` is not a regular expression, so no error will match it"
        ),
        Complaint(
            item("aws deploy \\\n        --stack x"),
            "5:9: warning: YAML has already joined these lines, so the `\\` escapes a space and does not continue the line"
        ),
        Complaint(
            item(">\n      aws deploy \\\n      --stack x"),
            "5:9: warning: YAML has already joined these lines, so the `\\` escapes a space and does not continue the line"
        ),
        Complaint(
            item("docker login \u{2013}u me"),
            "5:9: warning: `\u{2013}u` holds a character that only looks like a space or a `-`"
        ),
        Complaint(
            item("pip\u{a0}install x"),
            "5:9: warning: `pip\u{a0}install` holds a character that only looks like a space or a `-`"
        ),
        Complaint(item("! grep x"), "5:9: warning: YAML drops the tag `!`; what is left is `grep x`"),
        Complaint(item("!Sub x"), "5:9: warning: YAML drops the tag `!Sub`; what is left is `x`"),
        Complaint(item("&x y"), "5:9: warning: YAML drops the anchor `&x`; what is left is `y`"),
        Complaint(
            item("make \\"),
            "5:9: warning: the `\\` at the end joins this command with what the runner puts behind it"
        ),
        Complaint(item("set -e"), "5:9: warning: `set -e` ends with its own item: the next one has a new shell"),
        Complaint(
            item("'set -euxo pipefail'", top: "env: {shell: bash}\n"),
            "5:9: warning: `set -euxo pipefail` ends with its own item: the next one has a new shell"
        ),
        Complaint(
            item("cd src", version: "0.1"),
            "5:9: warning: in version 0.1 each command starts afresh, so this one has no effect on the next"
        ),
        Complaint(
            item("export A=b", version: "0.1"),
            "5:9: warning: in version 0.1 each command starts afresh, so this one has no effect on the next"
        ),
        Complaint(item("'[[ -f x ]] && y'"), bash("`[[`")),
        Complaint(item("if [[ -f x ]]; then y; fi"), bash("`[[`")),
        Complaint(item("source venv/bin/activate"), bash("`source`")),
        Complaint(item("true && pushd x"), bash("`pushd`")),
        Complaint(item("A=(1 2 3)"), bash("an array")),
        Complaint(item("diff <(a) <(b)"), bash("`<(…)`")),
        Complaint(item("make &> log"), bash("`&>`")),
        Complaint(item("cat <<< x"), bash("`<<<`")),
        Complaint(item("set -o pipefail; make | tee log"), bash("`set -o pipefail`")),
        Complaint(item("if [ $A == b ]; then c; fi"), bash("`==` in `[`")),
        Complaint(item("test $A == b && c"), bash("`==` in `test`")),
        Complaint(item("TAG=${CODEBUILD_RESOLVED_SOURCE_VERSION:0:7}"), bash("`${…:…}` for a part of a text")),
        Complaint(item("'echo \"x ${A: -4}\"'"), bash("`${…:…}` for a part of a text")),
        Complaint(item("echo ${A//x/y}"), bash("`${…/…}`")),
        Complaint(item("echo ${A^^} $B"), bash("`${…^}` or `${…,}`")),
        Complaint(item("echo \"${A[0]}\""), bash("`${…[…]}`")),
        Complaint(item("echo ${!A}"), bash("`${!…}`")),
    ]

    @Test("what AWS accepts and people regret is warned of", arguments: regrets)
    func regret(_ complaint: Complaint) {
        complaint.check()
    }

    @Test(
        "a good command gets no warning",
        arguments: [
            "cd src", "export A=b", "set -e; make", "echo '[[ x ]]'", "bash -c 'source x && [[ y ]]'",
            "echo \"source of [[ x\"", "make 2>&1 | tee log", "make > log 2>&1 &", "make # source x", "[ -f x ] && y",
            ". venv/bin/activate", "echo source", "A=b make", "x=$(cat y)", "nohup x > log 2>&1 & echo $! > pid",
            "echo \"$(grep \"(a)\" x)\"", "(cd x && make)", "for f in a b; do echo $f; done", "x() { echo; }",
            "case $A in a) echo;; esac", "$(aws ecr get-login --no-include-email)", "find . -name '*.py' \\( -a \\)",
            "python -c \"import x; x.y()\"", "echo a\\\\\\\\", "x=$((1 + 2))", "sed -i \"s/a/b/g\" x", "make >&2",
            "echo ${A:-b} ${A:=b} ${A:+b} ${A%%/*} ${A#x} ${#A} ${!} $${A} ${AWS::Region}", "[ \"$A\" = \"==\" ]",
            "echo '${A:0:7}'", "echo こんにちは\u{3000}世界", "echo \"a \u{2013} b\" \u{2013} c", "echo \"\u{a0}x\"",
            "cp my\\ file x", "envsubst < a > b", "ls *.whl", "python -c 'print(\"a\" == \"b\")'",
        ]
    )
    func clean(command: String) {
        let quoted = "'" + command.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
        Complaint(Self.item(quoted)).check()
    }

    @Test("with `shell: bash` its syntax is fine", arguments: ["bash", "/bin/bash"])
    func withBash(shell: String) {
        Complaint(Self.item("source x", top: "env: {shell: \(shell)}\n")).check()
    }

    @Test("a backslash that continues a line, or escapes a space of a name, is fine")
    func continuedLines() {
        Complaint(Self.item("|\n      aws deploy \\\n        --stack x")).check()
        Complaint(Self.item("cp my\\ file\n        there")).check()
        Complaint(Self.item("\"aws deploy \\\n        --stack x\"")).check()
    }

    @Test("PowerShell without `shell`, as Windows projects have it, is not taken for a bad script")
    func powerShell() {
        Complaint(Self.item("'$env:Path = \"C:\\tools;$env:Path\"'")).check()
        Complaint(Self.item("'Copy-Item -Path \"a.exe\" -Destination \"..\\image\\\"'")).check()
    }

    @Test("a batch whose builds all have a buildspec of their own needs no phases")
    func batchAlone() {
        Complaint("version: 0.2\nbatch: {build-list: [{identifier: a, buildspec: b.yml}]}").check()
        Complaint("version: 0.2\nbatch: {build-matrix: {dynamic: {buildspec: [a.yml, b.yml]}}}").check()
    }

    @Test("the body of a here-document is data")
    func hereDocument() {
        Complaint(Self.item("|\n    cat > x <<EOF\n    source y\n    [[ z ]]\n    EOF")).check()
    }
}
