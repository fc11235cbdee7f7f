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

    @Test("a relative path begins at the process's folder")
    func absolute() throws {
        #expect(Paths.absolute("x/../y") == "\(try #require(Paths.currentDirectory()))/y")
    }
}
