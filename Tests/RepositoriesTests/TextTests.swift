// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Repositories
import Testing

@Suite("Text for terminals")
struct TerminalTextTests {
    @Test(
        "control characters become visible",
        arguments: [
            ("plain text ü 日本 🙂", "plain text ü 日本 🙂"),
            ("\u{1B}[31mred\u{1B}[0m", "^[[31mred^[[0m"),
            ("\u{1B}]8;;http://x\u{07}link", "^[]8;;http://x^Glink"),
            ("a\r\nb\tc\0d\u{7F}", "a^M^Jb^Ic^@d^?"),
            ("\u{9B}31m", "\\u{9B}31m"),
            ("abc\u{202E}def\u{2066}", "abc\\u{202E}def\\u{2066}"),
            ("line\u{2028}break", "line\\u{2028}break"),
            ("", ""),
        ]
    )
    func neutralised(text: String, expected: String) {
        #expect(TerminalText.visible(text) == expected)
    }

    @Test("line feeds and tabs stay where lines are wanted")
    func lines() {
        #expect(TerminalText.visible("a\n\tb\r\u{1B}", keepsLines: true) == "a\n\tb^M^[")
    }

    @Test("bytes that are not UTF-8 are marked")
    func bytes() {
        #expect(TerminalText.visible([0x61, 0xE9, 0x1B]) == "a\u{FFFD}^[")
    }
}

@Suite("Globs over branch names")
struct GlobPatternTests {
    @Test(
        "a pattern matches",
        arguments: [
            ("main", "main"), ("*.csv", ".csv"), ("*.csv", "a.csv"), ("*", "main"), ("release/*", "release/1"),
            ("release/*", "release/"), ("**", "a/b/c"),
            ("release/**", "release/1/2"), ("**/hot", "a/b/hot"), ("**/hot", "hot"), ("a/**/b", "a/b"),
            ("a/**/b", "a/x/y/b"), ("**/**/b", "b"), ("a**b", "a/x/b"), ("v?", "v1"), ("v[0-9]", "v7"),
            ("v[!0-9]", "vx"), ("v[]x]", "v]"), ("[", "["), ("a\\*", "a*"), ("ü*", "über"), ("f*o*o", "foo"), ("", ""),
        ]
    )
    func matches(pattern: String, name: String) {
        #expect(GlobPattern(pattern).matches(name))
    }

    @Test(
        "a pattern does not match",
        arguments: [
            ("main", "Main"), ("*.csv", "a/b.csv"), ("*.csv", "csv"), ("e\u{301}", "\u{E9}"), ("main", "main2"),
            ("*", "a/b"), ("release/*", "release/1/2"), ("release/*", "release"),
            ("v?", "v"), ("v?", "v/"), ("v[0-9]", "vx"), ("v[!0-9]", "v/"), ("a\\*", "ab"), ("**/hot", "snapshot"),
            ("a/**/b", "a/xb"), ("a/**/b", "ab"), ("", "x"), ("[a", "a"),
        ]
    )
    func misses(pattern: String, name: String) {
        #expect(!GlobPattern(pattern).matches(name))
    }

    @Test("a pattern of many stars takes no longer than its length")
    func stars() {
        let pattern = GlobPattern(String(repeating: "*a", count: 200))
        #expect(!pattern.matches(String(repeating: "a", count: 2_000) + "b"))
    }

    @Test("a pattern of a hundred thousand folders is no deep call")
    func folders() {
        #expect(GlobPattern(String(repeating: "**/", count: 100_000) + "b").matches("x/b"))
    }
}

@Suite("Branch patterns")
struct BranchPatternsTests {
    @Test("main and model are watched unless others are named")
    func standard() {
        #expect(BranchPatterns.standard.contains(ref: "refs/heads/main"))
        #expect(BranchPatterns.standard.contains(ref: "refs/heads/model"))
        #expect(!BranchPatterns.standard.contains(ref: "refs/heads/other"))
        #expect(BranchPatterns.standard.literalRefs == ["refs/heads/main", "refs/heads/model"])
    }

    @Test(
        "tags and other namespaces are never watched",
        arguments: ["refs/tags/main", "main", "HEAD", "refs/heads/", "refs/pull/1/head"]
    )
    func others(ref: String) {
        #expect(!BranchPatterns(["**"]).contains(ref: ref))
    }

    @Test("a branch whose name begins with an accent is a branch")
    func accent() {
        #expect(BranchPatterns.branch(ofRef: "refs/heads/\u{301}x") == "\u{301}x")
        #expect(BranchPatterns(["*"]).contains(ref: "refs/heads/\u{200D}x"))
    }

    @Test("a pattern may be given with its namespace")
    func namespace() {
        let patterns = BranchPatterns(["refs/heads/x", "release/*"])
        #expect(patterns.contains(ref: "refs/heads/x"))
        #expect(patterns.contains(ref: "refs/heads/release/1"))
        #expect(patterns.literalRefs == nil)
    }
}

@Suite("Push options")
struct PushOptionsTests {
    private func parse(_ options: String...) -> PushOptions {
        PushOptions(options.map { Array($0.utf8) })
    }

    @Test("waiting, skipping and variables are understood")
    func understood() {
        let options = parse(
            "nacre.wait",
            "nacre.skip",
            "nacre.env.A=1",
            "nacre.env.B=x=y z",
            "nacre.env.A=2",
            "nacre.env.C="
        )
        #expect(options.waits)
        #expect(options.skips)
        #expect(
            options.variables == [
                .init(name: "A", value: "2"), .init(name: "B", value: "x=y z"), .init(name: "C", value: ""),
            ]
        )
        #expect(options.problems.isEmpty)
    }

    @Test("the options of other programs are passed over")
    func foreign() {
        let texts = ["ci.skip", "merge_request.create", "nacre", ""]
        let options = PushOptions(texts.map { Array($0.utf8) })
        #expect(options.texts == texts)
        #expect(options.problems.isEmpty && options.variables.isEmpty && !options.waits && !options.skips)
    }

    @Test(
        "what cannot be meant is named",
        arguments: [
            (
                "nacre.wiat",
                "unknown push option nacre.wiat; there are nacre.wait, nacre.skip, nacre.batch, nacre.coalesce, nacre.debug, nacre.env.NAME=VALUE"
            ),
            (
                "nacre.x\u{1B}[2J=1",
                "unknown push option nacre.x^[[2J; there are nacre.wait, nacre.skip, nacre.batch, nacre.coalesce, nacre.debug, nacre.env.NAME=VALUE"
            ),
            ("nacre.wait=1", "push option nacre.wait takes no value"),
            ("nacre.env.A", "push option nacre.env.A lacks =VALUE"),
            (
                "nacre.env.1A=x",
                "push option nacre.env.1A: a variable's name has letters, digits and _, and no digit first"
            ),
            ("nacre.env.=x", "push option nacre.env.: a variable's name has letters, digits and _, and no digit first"),
            (
                "nacre.env.A B=x",
                "push option nacre.env.A B: a variable's name has letters, digits and _, and no digit first"
            ),
        ]
    )
    func problems(option: String, problem: String) {
        let options = parse(option)
        #expect(options.problems == [problem])
        #expect(!options.waits)
        #expect(options.variables.isEmpty)
    }

    @Test("options that are too large together have no effect, as each build of the push would keep them")
    func tooLarge() {
        let options = PushOptions([
            Array("nacre.skip".utf8), Array("nacre.env.A=\(String(repeating: "x", count: 65_536))".utf8),
        ])
        #expect(options.problems == ["push options of 65558 bytes are more than 65536, and have no effect"])
        #expect(options.texts.isEmpty)
        #expect(!options.skips)
    }

    @Test("an option that is not UTF-8 is named")
    func notText() {
        #expect(
            PushOptions([Array("nacre.env.A=".utf8) + [0xE9]]).problems == [
                "push option nacre.env.A=\u{FFFD} is not UTF-8"
            ]
        )
    }
}
