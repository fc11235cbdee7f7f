// SPDX-License-Identifier: Apache-2.0

import Pipelines
import Testing

@Suite("Triggers")
struct TriggerTests {
    @Test(
        "a pattern matches a whole name",
        arguments: [
            ("main", "main", true), ("main", "Main", false), ("main", "mainly", false), ("main", "domain", false),
            ("", "", true),
            ("feature/*", "feature/a", true), ("feature/*", "feature/a/b", false), ("feature/*", "feature/", true),
            ("feature/**", "feature/a/b", true), ("feature/**", "feature", false), ("*", "a", true),
            ("*", "a/b", false),
            ("**", "a/b", true), ("**", "", true), ("docs/**", "docs/a/b.md", true), ("docs/**", "src/docs/a", false),
            ("docs/*", "docs/a.md", true), ("docs/*", "docs/a/b.md", false), ("**/*.md", "README.md", true),
            ("**/*.md", "a/b/c.md", true), ("**/*.md", "a/b/c.mdx", false), ("a/**/b", "a/b", true),
            ("a/**/b", "a/x/y/b", true),
            ("a/**/b", "a/xb", false), ("a**b", "a/x/b", true), ("a*b*c", "aXbYc", true), ("a*b*c", "aXc", false),
            ("v?", "v1", true), ("v?", "v", false), ("v?", "v12", false), ("a?b", "a/b", false), ("v[0-9]", "v5", true),
            ("v[0-9]", "vx", false), ("v[0-9]*", "v5.1", true), ("[abc]x", "bx", true), ("[!a]", "b", true),
            ("[!a]", "a", false),
            ("[!a]", "/", false), ("[!a-c]x", "dx", true), ("[!a-c]x", "bx", false), ("[]]", "]", true),
            ("[a-]", "-", true),
            ("[\\]]", "]", true), ("{main,model}", "main", true), ("{main,model}", "model", true),
            ("{main,model}", "other", false),
            ("{main,model}", "main,model", false), ("*.{yml,yaml}", "a.yaml", true), ("{a*,b/**}/x", "b/c/d/x", true),
            ("{a*,b/**}/x", "aa/x", true), ("{a,}b", "b", true), ("{**/a,b}", "x/a", true), ("{**/a,b}", "a", true),
            ("a\\*b", "a*b", true), ("a\\*b", "aXb", false), ("a\\{b", "a{b", true), ("a,b", "a,b", true),
            ("a}b", "a}b", true),
            ("caf?", "café", true), ("[à-ü]", "é", true), ("release-*", "release-2026-11", true),
            ("***/x", "a/x", true),
        ]
    )
    func glob(pattern: String, name: String, isMatch: Bool) throws {
        #expect(try #require(TriggerGlob(pattern)).matches(name) == isMatch)
    }

    @Test("what is no pattern is told", arguments: ["[a", "[", "[!", "[]", "{a", "{a,{b,c}}", "a\\", "[z-a]", "[\\"])
    func problems(pattern: String) {
        #expect(TriggerGlob.problem(pattern) != nil)
        #expect(TriggerGlob(pattern) == nil)
        #expect(TriggerGlob.problem("main") == nil)
    }

    @Test("hostile patterns take no more time than others")
    func hostile() throws {
        for pattern in [
            String(repeating: "*a", count: 120) + "b", String(repeating: "**/", count: 80) + "b",
            String(repeating: "{a,aa}", count: 40) + "b", String(repeating: "**a", count: 80) + "b",
        ] {
            #expect(try !#require(TriggerGlob(pattern)).matches(String(repeating: "a", count: 4000)))
        }
    }

    @Test(
        "includes and excludes",
        arguments: [
            (nil, nil, "x", true), ([], [], "x", true), (["main"], nil, "main", true), (["main"], nil, "x", false),
            (["**"], ["main"], "main", false), (nil, ["main"], "x", true), (nil, ["main"], "main", false),
            (["a", "b"], nil, "b", true), (["["], nil, "[", false),
        ] as [([String]?, [String]?, String, Bool)]
    )
    func filter(includes: [String]?, excludes: [String]?, name: String, isMatch: Bool) {
        #expect(TriggerDeclaration.Filter(includes: includes, excludes: excludes).matches(name) == isMatch)
    }

    private typealias Filter = TriggerDeclaration.Filter

    @Test("a push must have all that a filter names")
    func push() {
        let branch = TriggerDeclaration.Push(branches: Filter(includes: ["main"]))
        #expect(branch.matches(ref: "refs/heads/main", changedFiles: []))
        #expect(!branch.matches(ref: "refs/tags/main", changedFiles: []))
        #expect(!branch.matches(ref: "refs/notes/main", changedFiles: []))
        let tag = TriggerDeclaration.Push(tags: Filter(includes: ["v*"]))
        #expect(tag.matches(ref: "refs/tags/v1", changedFiles: []))
        #expect(!tag.matches(ref: "refs/heads/v1", changedFiles: []))
        let files = TriggerDeclaration.Push(
            branches: Filter(includes: ["main"]),
            filePaths: Filter(includes: ["src/**"], excludes: ["**/*.md"])
        )
        #expect(files.matches(ref: "refs/heads/main", changedFiles: ["README.md", "src/a.py"]))
        #expect(!files.matches(ref: "refs/heads/main", changedFiles: ["README.md", "src/README.md"]))
        #expect(!files.matches(ref: "refs/heads/main", changedFiles: []))
        #expect(!files.matches(ref: "refs/heads/dev", changedFiles: ["src/a.py"]))
        let anywhere = TriggerDeclaration.Push(filePaths: Filter(includes: ["a"]))
        #expect(anywhere.matches(ref: "refs/heads/any", changedFiles: ["a"]))
        #expect(!anywhere.matches(ref: "refs/tags/any", changedFiles: ["a"]))
        #expect(TriggerDeclaration.Push().matches(ref: "refs/heads/any", changedFiles: []))
    }
}
