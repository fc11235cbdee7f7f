// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Runtimes

@Suite("Versions of runtimes")
struct VersionPatternTests {
    @Test(
        "a version in a buildspec takes the installed ones that begin with its numbers",
        arguments: [
            ("3.11", "3.11.7", true), ("3.11", "3.1.1", false), ("3.11", "3.110.0", false), ("3.1", "3.11.7", false),
            ("3.11.7", "3.11.7", true), ("3.11.7", "3.11.8", false), ("3.x", "3.9.18", true), ("3.x", "2.7.18", false),
            ("3.11.x", "3.11.7", true), ("3", "3.12.1", true), ("latest", "1.0", true), ("LATEST", "1.0", true),
            ("18", "18.20.4", true), ("v18", "18.20.4", true), ("18.x", "v18.20.4", true), ("go1.22", "1.22.3", true),
            ("corretto17", "17.0.9", true), ("corretto8", "17.0.9", false), ("openjdk11", "11.0.2", true),
            ("corretto-17", "17.0.9", true), ("3.13", "3.13.0rc1", false), ("3.13.0rc1", "3.13.0rc1", true),
            ("3.13.0rc1", "3.13.0", false), ("8.0", "8.0.404", true), ("17", "17.0.9+9", true),
        ] as [(String, String, Bool)]
    )
    func matches(wanted: String, installed: String, expected: Bool) throws {
        let pattern = try #require(VersionPattern(wanted))
        #expect(pattern.matches(try #require(VersionNumber(installed))) == expected)
    }

    @Test("what is no version is none", arguments: ["", "system", "3..1", "99999999999", "3.11;rm", "$X"])
    func refused(text: String) {
        #expect(VersionPattern(text) == nil)
    }

    @Test("folders that are not named for a version hold none", arguments: ["miniconda3-4.7", "pypy3.10-7.3", "env"])
    func otherFolders(name: String) {
        #expect(VersionNumber(name) == nil)
    }

    @Test("versions are ordered by number, and a pre-release comes before its release")
    func order() throws {
        let texts = ["3.9.18", "3.10.1", "3.13.0b2", "3.13.0rc1", "3.13.0", "3.13.1"]
        let versions = texts.compactMap { VersionNumber($0) }
        #expect(versions.reversed().sorted().map(\.description) == texts)
    }

    @Test(
        "a program's own words tell its version",
        arguments: [
            ("Python 3.11.7\n", "3.11.7"), ("v20.11.1", "20.11.1"), ("go version go1.22.3 linux/amd64", "1.22.3"),
            ("ruby 3.1.2p20 (2022-04-12) [x86_64]", "3.1.2"), ("PHP 8.2.7 (cli) (built: Jun  9 2023)", "8.2.7"),
            ("openjdk version \"17.0.9\" 2023-10-17", "17.0.9"),
            ("Docker version 20.10.24+dfsg1, build 297e128", "20.10.24"),
        ]
    )
    func output(text: String, expected: String) {
        #expect(VersionNumber.first(in: text)?.description == expected)
    }

    @Test("Java 1.8 is Java 8")
    func oldJava() {
        #expect(VersionNumber("1.8.0_392")?.modern.description == "8.0_392")
    }
}
