// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Fault 1: names as weapons", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault01BranchNamesTests {
    /// What a weapon would leave: in the folder where it runs, or beside the test's own files.
    private static let loot = "taken-by-a-weapon"

    /// Every kind of name that git takes and a shell, a terminal or a program could misread.
    private static let names: [String] = [
        "$(touch${IFS}\(loot))", "`touch${IFS}\(loot)`", ";touch${IFS}\(loot);#", "&&touch${IFS}\(loot)",
        "|touch${IFS}\(loot)", "zzz\";touch${IFS}\(loot);#", "zzz';touch${IFS}\(loot);#", ">\(loot)", "$HOME",
        "${PATH}",
        "#comment", "%s%n%x", "%00", "!id", "{a,b}", "A='b'", "(", "<x>", "-x", "--upload-pack=id", "a/-rf", "--",
        "x.locked", "HEAD", "refs/heads/main", "a@b", "#{SourceVariables.CommitId}", "null", "0x10", "ü/日本/👍",
        "caf\u{E9}", "cafe\u{301}",
        "a\u{202E}b", "a\u{200B}b", "a\u{9B}31m", "a\u{85}b", "a\u{2028}b", "a\u{FEFF}b",
        String(repeating: "n", count: 240),
        (0..<12).map { _ in String(repeating: "p", count: 200) }.joined(separator: "/"),
    ]

    /// Those that git does not take.
    private static let impossible = [
        "a b", "a..b", "a~b", "a^b", "a:b", "a?b", "a*b", "a[b", "a\\b", "x.lock", ".a", "a.", "a/", "@{a", "a\u{1B}b",
        "a\u{7F}b", "a\nb",
    ]

    /// Whether any weapon has gone off.
    private func taken() -> [String] {
        var found: [String] = []
        let places = [ScratchDirectory.path, FileManager.default.currentDirectoryPath, NSHomeDirectory(), "/tmp", "/"]
        for place in places where FileManager.default.fileExists(atPath: "\(place)/\(Self.loot)") {
            found.append(place)
        }
        let files = FileManager.default.enumerator(atPath: ScratchDirectory.path)
        while let path = files?.nextObject() as? String {
            if path.hasSuffix("/\(Self.loot)") { found.append(path) }
        }
        return found
    }

    @Test("1: branch names are data, whatever they hold: in variables, lists and what the pusher hears")
    func branches() throws {
        try DaemonFixture.run(jobs: 4) { daemon in
            let print = """
                printf '%s\\n' "<$CODEBUILD_SOURCE_VERSION>" "$CODEBUILD_WEBHOOK_HEAD_REF" "<$WEAPON>"
                """
            let git = try IngestFixture.repository(
                daemon,
                buildspec: IngestFixture.buildspec(print),
                flags: ["--branches", "**"]
            )
            let value = "$(touch \(Self.loot)) `touch \(Self.loot)`; touch \(Self.loot) \u{1B}[31m 'é\" \\ %s #{a.b}"
            let pushed = try IngestFixture.push(
                git,
                Self.names.map { "HEAD:refs/heads/\($0)" },
                options: ["nacre.env.WEAPON=\(value)"]
            )
            #expect(IngestFixture.controls(in: IngestFixture.remote(pushed)) == [])
            let found = try IngestFixture.results(daemon, count: Self.names.count)
            #expect(found.filter { !$0.hasSuffix(" SUCCEEDED") } == [])
            let builds = try daemon.builds()
            // By bytes: two names that look alike are equal texts to Swift.
            let built = builds.map { Array(($0.sourceVersion ?? "").utf8) }
            #expect(Set(built) == Set(Self.names.map { Array($0.utf8) }) && built.count == Self.names.count)
            let unprinted = builds.filter { build in
                let name = build.sourceVersion ?? ""
                return !build.log.contains("\n<\(name)>\nrefs/heads/\(name)\n<\(value)>\n")
            }
            #expect(unprinted.map(\.sourceVersion) == [])
            #expect(taken() == [])
            for words in [["list"], ["repo", "list"]] {
                #expect(IngestFixture.controls(in: try IngestFixture.nacre(daemon, words).output) == [])
            }
            for build in builds where build.sourceVersion?.unicodeScalars.allSatisfy(\.isASCII) == false {
                let shown = try daemon.nacre("show", "app#\(build.buildNumber)")
                #expect(IngestFixture.controls(in: shown.output) == [], "\(shown)")
            }
        }
    }

    @Test("1: names that would be worse are refused by git itself, so they need no care of ours", arguments: impossible)
    func refused(name: String) throws {
        let words = ["check-ref-format", "refs/heads/\(name)"]
        #expect(try Program.run("git", words, environment: GitFixture.environment).status == 1)
    }

    @Test("1: a name that is not UTF-8 costs nobody else a build", arguments: [[], ["--no-hooks"]])
    func bytes(flags: [String]) throws {
        try DaemonFixture.run { daemon in
            let git = try IngestFixture.repository(daemon, flags: ["--branches", "**"] + flags)
            let push = #"git push origin HEAD:refs/heads/good "HEAD:refs/heads/$(printf 'a\377b\233c')""#
            let result = try Program.run("sh", ["-c", push], environment: GitFixture.environment, in: git.work)
            #expect(result.status == 0, "\(result)")
            #expect(result.errors.contains("its name is not UTF-8") == flags.isEmpty, "\(result)")
            #expect(try IngestFixture.results(daemon, count: 1) == ["app#1 good SUCCEEDED"])
            #expect(IngestFixture.controls(in: try daemon.nacre("list").output) == [])
        }
    }

    @Test("1: what a commit says reaches the actions of a pipeline as data, never as shell text or JSON")
    func variables() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository(branches: "none")
            let branch = "$(touch${IFS}\(Self.loot))"
            let message =
                "it's \"x\",\"type\":\"SECRETS_MANAGER\" $(touch \(Self.loot)) `touch \(Self.loot)`; touch \(Self.loot)"
            let buildspec = IngestFixture.buildspec(#"printf '<%s>\n' "$MESSAGE" "$BRANCH""#)
            try daemon.apply(Definition.project("work", buildspec: buildspec), file: "work.json")
            let variables =
                ##"[{"name":"MESSAGE","value":"#{SourceVariables.CommitMessage}"},"##
                + ##"{"name":"BRANCH","value":"#{SourceVariables.BranchName}"}]"##
            try daemon.define(
                Definition(
                    "line",
                    [
                        ("Source", [Definition.source(branch: branch)]),
                        (
                            "Build",
                            [
                                Definition.build(
                                    "Work",
                                    project: "work",
                                    configuration: ["EnvironmentVariables": variables]
                                ),
                                Definition.commands(
                                    "Say",
                                    [
                                        "echo said: #{SourceVariables.CommitMessage}",
                                        #"echo "quoted: #{SourceVariables.CommitMessage}""#,
                                        "echo 'single: #{SourceVariables.CommitMessage}'",
                                        "echo id: #{SourceVariables.CommitId}",
                                        #"printf 'given: %s\n' "$GIVEN""#,
                                    ],
                                    [
                                        "environmentVariables": [
                                            ["name": "GIVEN", "value": "#{SourceVariables.CommitMessage}"]
                                        ]
                                    ]
                                ),
                            ]
                        ),
                    ]
                )
            )
            let commit = try git.commit(message)
            #expect(try git.push("HEAD:refs/heads/\(branch)").status == 0)
            let execution = try daemon.over("line/1")
            #expect(execution.status == "Succeeded", "\(execution)")
            let work = try daemon.nacre("logs", "line/1", "Work").output
            #expect(work.contains("\n<\(message)>\n<\(branch)>\n"), "\(work)")
            let said = try daemon.nacre("logs", "line/1", "Say").output
            for start in ["said", "quoted", "single", "given"] {
                #expect(said.contains("\n\(start): \(message)\n"), "\(start): \(said)")
            }
            #expect(said.contains("\nid: \(commit)\n"))
            #expect(taken() == [])
        }
    }
}
