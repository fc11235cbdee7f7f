// SPDX-License-Identifier: Apache-2.0

import Files
import Testing

@Suite("Paths")
struct PathsTests {
    @Test(
        "dots and empty components disappear",
        arguments: [
            ("/", "/"), ("//a//b/", "/a/b"), ("/a/./b", "/a/b"), ("/a/../b", "/b"), ("/../..", "/"), ("/a/b/..", "/a"),
            ("/a/../\u{301}b", "/\u{301}b"),
        ]
    )
    func normalized(_ path: String, _ expected: String) {
        #expect(Paths.normalized(path) == expected)
    }

    @Test(
        "a path has a last component and a folder, whatever follows a slash",
        arguments: [
            ("/a/b", "b", "/a"), ("a", "a", "."), ("/a", "a", "/"), ("/a/b//", "b", "/a/b/"), ("/", "/", "/"),
            ("", "", "."),
            ("/a/\u{301}b", "\u{301}b", "/a"),
        ]
    )
    func parts(_ path: String, _ name: String, _ parent: String) {
        #expect(Paths.name(path) == name)
        #expect(Paths.parent(path) == parent)
    }

    @Test("a relative path begins at the process's folder")
    func absolute() throws {
        #expect(Paths.absolute("x/../y") == "\(try #require(Paths.currentDirectory()))/y")
    }
}
