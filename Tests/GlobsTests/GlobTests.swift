// SPDX-License-Identifier: Apache-2.0

import Globs
import Testing

@Suite("Globs")
struct GlobTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let pattern: String
        let matching: [String]
        let others: [String]
        var testDescription: String { pattern }
    }

    @Test(
        "a pattern matches what it should and nothing else",
        arguments: [
            Row(pattern: "a.txt", matching: ["a.txt"], others: ["b/a.txt", "a.txt/b", "A.txt", "a-txt"]),
            Row(pattern: "./dir/a", matching: ["dir/a"], others: ["a"]),
            Row(pattern: "dir/*", matching: ["dir/a", "dir/.a"], others: ["dir", "dir/a/b", "a"]),
            Row(pattern: "dir/**/*", matching: ["dir/a", "dir/a/b", "dir/.a/.b"], others: ["dir", "a", "dirx/a"]),
            Row(pattern: "**/*", matching: ["a", "a/b", ".a", ".git/config"], others: []),
            Row(pattern: "**", matching: ["a", "a/b"], others: []),
            Row(pattern: "dir/**", matching: ["dir/a", "dir/a/b"], others: ["dir", "x/dir/a"]),
            Row(pattern: "**/name/**/*", matching: ["name/a", "x/y/name/z/a"], others: ["name", "x/name", "nam/a"]),
            Row(pattern: "**/.*", matching: [".a", "x/.a"], others: ["a", ".a/b"]),
            Row(pattern: "**/.*/**/*", matching: [".a/b", "x/.a/b/c"], others: [".a", "a/b"]),
            Row(pattern: "**/**/a", matching: ["a", "x/a", "x/y/a"], others: ["ab"]),
            Row(pattern: "a/**/b", matching: ["a/b", "a/x/b", "a/x/y/b"], others: ["a/x", "ab", "a/b/c"]),
            Row(pattern: "a/**/b/**/c", matching: ["a/b/c", "a/b/b/c", "a/x/b/y/c"], others: ["a/c", "a/b"]),
            Row(pattern: "*.[ch]", matching: ["a.c", ".h"], others: ["a.cc", "a.", "x/a.c"]),
            Row(pattern: "[a-cx]", matching: ["a", "c", "x"], others: ["d", "", "ab", "-"]),
            Row(pattern: "[^a-c]", matching: ["d", "é"], others: ["a", "dd"]),
            Row(pattern: "[à-ü]?", matching: ["éé", "êx"], others: ["é", "ee"]),
            Row(pattern: "a?c", matching: ["abc", "aéc", "a.c"], others: ["ac", "a/c", "abbc"]),
            Row(pattern: "\\*", matching: ["*"], others: ["a"]),
            Row(pattern: "[\\]]", matching: ["]"], others: ["\\"]),
            Row(pattern: "{a,b}", matching: ["{a,b}"], others: ["a", "b"]),
            Row(pattern: "!a", matching: ["!a"], others: ["b"]),
            Row(pattern: "a**b", matching: ["ab", "axb"], others: ["a/b"]),
            Row(pattern: "*a*a*a*b", matching: ["aaab", "xaxaxab"], others: ["aab", "aaaa"]),
            Row(pattern: "feature/*", matching: ["feature/x"], others: ["feature/x/y", "feature"]),
            Row(pattern: "my-build*", matching: ["my-build", "my-build-1"], others: ["my-build-1/a"]),
        ]
    )
    func matching(row: Row) throws {
        let glob = try Glob(row.pattern)
        #expect(row.matching.filter { !glob.matches($0) } == [])
        #expect(row.others.filter { glob.matches($0) } == [])
    }

    @Test(
        "a pattern that cannot be read is an error",
        arguments: [
            ("[a", GlobError.Code.badClass), ("[]", .badClass), ("[b-a]", .badClass), ("[a-]", .badClass),
            ("[", .badClass), ("[^", .badClass), ("a\\", .trailingEscape),
        ]
    )
    func invalid(pattern: String, code: GlobError.Code) {
        #expect(throws: GlobError(code: code, pattern: pattern)) { try Glob(pattern) }
    }

    @Test("many stars and a long name take little time")
    func hostile() throws {
        let glob = try Glob(String(repeating: "*a", count: 200) + "b")
        #expect(!glob.matches(String(repeating: "a", count: 20_000)))
        let deep = try Glob(String(repeating: "**/a/", count: 50) + "b")
        #expect(!deep.matches(String(repeating: "a/", count: 2_000) + "c"))
    }

    @Test("what is left of a pattern tells whether a folder need be looked at")
    func walking() throws {
        let glob = try Glob("src/**/*.o")
        #expect(!glob.mayMatchBelow(glob.next(glob.start, Array("docs".utf8))))
        let inside = glob.next(glob.start, Array("src".utf8))
        #expect(glob.mayMatchBelow(inside))
        #expect(!glob.matchesAllBelow(inside))
        let all = try Glob("src/**/*")
        #expect(all.matchesAllBelow(all.next(all.start, Array("src".utf8))))
        #expect(try Glob("a/b.txt").isLiteral)
        #expect(try !Glob("a/*.txt").isLiteral)
    }

    @Test("'**' does not lead through a link, a name or a star does")
    func links() throws {
        let all = try Glob("**/*")
        #expect(!all.mayMatchBelow(all.nextThroughLink(all.start, Array("link".utf8))))
        let named = try Glob("link/**/*")
        #expect(named.mayMatchBelow(named.nextThroughLink(named.start, Array("link".utf8))))
    }
}
