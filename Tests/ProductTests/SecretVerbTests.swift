// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("nacre parameter, nacre secret", .scratchDirectory, .timeLimit(.minutes(40)))
struct SecretVerbTests {
    private var home: String { "\(ScratchDirectory.path)/home" }

    private func nacre(_ arguments: String..., input: String = "") throws -> Program.Result {
        try Program.run(
            Program.product("nacre"),
            arguments,
            environment: Program.path.merging(["NACRE_HOME": home, "USER": "ada"]) { $1 },
            in: ScratchDirectory.path,
            input: Array(input.utf8)
        )
    }

    private func write(_ path: String, _ text: String, mode: Int = 0o600) throws {
        let file = "\(ScratchDirectory.path)/\(path)"
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    }

    /// The files below a folder in which a text stands as it is.
    private func files(with text: String, in folder: String) -> [String] {
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return names.filter { name in
            FileManager.default.contents(atPath: "\(folder)/\(name)")?.range(of: Data(text.utf8)) != nil
        }
    }

    private static let buildspec = """
        version: 0.2
        env:
          parameter-store:
            URL: /app/url
          secrets-manager:
            PASSWORD: app/db:password
        phases:
          build:
            commands:
              - printf %s "$URL" | rev
              - printf %s "$PASSWORD" | rev

        """

    @Test("a parameter is put, shown, listed and deleted")
    func parameter() throws {
        #expect(try nacre("parameter", "list").output == "")
        let put = try nacre("parameter", "put", "/app/url", "--value", "-", input: "two\nlines\n\n")
        #expect(put.status == 0 && put.output == "")
        #expect(put.errors == "nacre: parameter /app/url is now at version 1\n")
        #expect(try nacre("parameter", "get", "/app/url").output == "two\nlines\n\n")
        let again = try nacre("parameter", "put", "/app/url", "--value=x", "--type", "SecureString", "--json")
        #expect(again.output == "{\n  \"Tier\": \"Standard\",\n  \"Version\": 2\n}\n")
        #expect(try nacre("parameter", "get", "/app/url").output == "x\n")
        #expect(try nacre("parameter", "get", "/app/url:1").output == "two\nlines\n\n")
        let json = try nacre("parameter", "get", "/app/url", "--json").output
        #expect(json.contains(#""Value": "x""#) && json.contains(#""Type": "SecureString""#))
        let list = try nacre("parameter", "list", "/app")
        #expect(list.output.hasPrefix("/app/url  SecureString  2  just now  ada\n"), "\(list)")
        #expect(try nacre("parameter", "history", "/app/url").output.split(separator: "\n").count == 2)
        #expect(try nacre("parameter", "history", "/app/url", "--json").output.contains(#""LastModifiedUser": "ada""#))
        #expect(try nacre("parameter", "delete", "/app/url").status == 0)
        let gone = try nacre("parameter", "get", "/app/url")
        #expect(gone.status == 5)
        #expect(gone.errors == "nacre: parameter does not exist: /app/url\n")
    }

    @Test("a secret is put, shown by key and stage, listed and deleted")
    func secret() throws {
        #expect(try nacre("secret", "get", "app/db").status == 5)
        #expect(try nacre("secret", "put", "app/db", "--value", #"{"user":"ada","port":1}"#).status == 0)
        #expect(try nacre("secret", "put", "app/db", "--value", "-", input: #"{"user":"bob"}"#).status == 0)
        #expect(try nacre("secret", "get", "app/db", "--key", "user").output == "bob\n")
        #expect(try nacre("secret", "get", "app/db", "--key", "port", "--stage", "AWSPREVIOUS").output == "1\n")
        #expect(try nacre("secret", "get", "app/db", "--key", "none").status == 5)
        let json = try nacre("secret", "get", "app/db", "--json").output
        #expect(json.contains(#""SecretString": "{\"user\":\"bob\"}""#) && json.contains("\"AWSCURRENT\""), "\(json)")
        let list = try nacre("secret", "list")
        #expect(list.output == "app/db  2  just now\n", "\(list)")
        #expect(!(try nacre("secret", "list", "--json").output.contains("bob")))
        let deleted = try nacre("secret", "delete", "app/db")
        #expect(deleted.errors == "nacre: secret app/db is deleted at once, with all its versions\n")
        #expect(try nacre("secret", "get", "app/db").status == 5)
    }

    @Test(
        "at a terminal the value is asked for and not shown",
        arguments: [("tyx\\x7fped\\r", "typed\n"), ("t\\x03", "")]
    )
    func typed(keys: String, value: String) throws {
        // Gives the program a terminal, types when it asks, and shows what the terminal shows.
        let python = """
            import os, pty, sys
            pid, terminal = pty.fork()
            if pid == 0:
                os.execv(sys.argv[1], ["nacre", "secret", "put", "a", "--value", "-"])
            shown = b""
            while b"Value: " not in shown:
                shown += os.read(terminal, 1000)
            os.write(terminal, b"\(keys)")
            try:
                while part := os.read(terminal, 1000):
                    shown += part
            except OSError:
                pass
            print(shown)
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            """
        let result = try Program.run(
            "python3",
            ["-c", python, Program.product("nacre")],
            environment: Program.path.merging(["NACRE_HOME": home]) { $1 }
        )
        #expect(result.status == (value.isEmpty ? 130 : 0), "\(result)")
        #expect(!result.output.contains("ty"), "\(result)")
        #expect(try nacre("secret", "get", "a").output == value)
    }

    @Test("what cannot be done is a usage error and says why")
    func usage() throws {
        #expect(try nacre("parameter", "put", "/a").status == 2)
        #expect(try nacre("parameter", "put", "a b", "--value", "v").status == 2)
        #expect(try nacre("parameter", "put", "/a", "--value", "v", "--type", "Text").status == 2)
        #expect(try nacre("secret", "put", "a b", "--value", "v").status == 2)
        #expect(try nacre("secret", "put", "a", "--value", "").status == 2)
        #expect(try nacre("parameter", "list").output == "")
    }

    @Test("several processes put at once")
    func concurrent() async throws {
        let (home, folder) = (home, ScratchDirectory.path)
        let statuses = try await withThrowingTaskGroup(of: Int32.self) { group in
            for index in 0..<6 {
                group.addTask {
                    try Program.run(
                        Program.product("nacre"),
                        ["parameter", "put", "a", "--value", "\(index)"],
                        environment: Program.path.merging(["NACRE_HOME": home]) { $1 },
                        in: folder
                    ).status
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses == Array(repeating: 0, count: 6))
        #expect(try nacre("parameter", "list").output.contains("String  6  "))
    }

    @Test("a build gets the values, and no file of it or of the store holds one")
    func build() throws {
        try write("tree/buildspec.yml", Self.buildspec)
        _ = try nacre("parameter", "put", "/app/url", "--value", "-", input: "https://hidden-parameter.example")
        _ = try nacre("secret", "put", "app/db", "--value", "-", input: #"{"password":"hidden-secret-value"}"#)
        let result = try nacre("build", "tree", "--keep")
        #expect(result.status == 0, "\(result)")
        #expect(Self.hasBoth(result.output), "\(result)")
        #expect(files(with: "hidden-", in: home) == [])
        #expect(!(result.output + result.errors).contains("hidden-"))
    }

    /// Whether the commands had both values, which they show backwards.
    private static func hasBoth(_ output: String) -> Bool {
        ["https://hidden-parameter.example", "hidden-secret-value"].allSatisfy {
            output.contains(String($0.reversed()))
        }
    }

    @Test("a missing one ends the build before its first phase, with the buildspec's line")
    func missing() throws {
        try write("tree/buildspec.yml", Self.buildspec)
        let result = try nacre("build", "tree")
        #expect(result.status != 0)
        #expect(result.output.contains("buildspec.yml:4:5"), "\(result)")
        #expect(result.output.contains("parameter does not exist: /app/url"))
        #expect(result.output.contains("buildspec.yml:6:5"))
        #expect(result.output.contains("Secrets Manager can't find the specified secret."))
        #expect(!result.output.contains("Entering phase BUILD"))
    }

    @Test("--secrets-file gives the values, as YAML or by the variables' names; an open file is warned of")
    func file() throws {
        try write("tree/buildspec.yml", Self.buildspec)
        let yaml =
            "parameters:\n  /app/url: https://hidden-parameter.example\n"
            + "secrets:\n  app/db: {password: hidden-secret-value}\n"
        try write("s.yml", yaml)
        let first = try nacre("build", "tree", "--secrets-file", "s.yml")
        #expect(first.status == 0 && Self.hasBoth(first.output), "\(first)")
        #expect(!first.errors.contains("warning"))
        try write("s.env", "URL=https://hidden-parameter.example\nPASSWORD=hidden-secret-value\n", mode: 0o644)
        let second = try nacre("build", "tree", "--secrets-file", "s.env")
        #expect(second.status == 0 && Self.hasBoth(second.output), "\(second)")
        #expect(second.errors.contains("warning: s.env can be read by others"))
        try write("bad.yml", "secrets:\n  a: [\n")
        let third = try nacre("build", "tree", "--secrets-file", "bad.yml")
        #expect(third.status == 3)
        #expect(third.errors.contains("bad.yml:"), "\(third)")
        #expect(try nacre("build", "tree", "--secrets-file", "none.yml").status == 5)
    }

    @Test("a pushed build gets the values, and the daemon's files hold none")
    func pushed() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            try git.write(
                "buildspec.yml",
                """
                version: 0.2
                env:
                  secrets-manager:
                    PASSWORD: app/db:password
                phases:
                  build:
                    commands:
                      - printf %s "$PASSWORD" | wc -c

                """
            )
            try git.commit()
            _ = try nacre("secret", "put", "app/db", "--value", "-", input: #"{"password":"hidden-secret-value"}"#)
            _ = try git.push("HEAD:main")
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "SUCCEEDED")
            #expect(try daemon.nacre("logs", "app#1").output.contains("\n19\n"))
            #expect(files(with: "hidden-secret", in: home) == [])
            #expect(!daemon.log.contains("hidden-secret"))
        }
    }
}
