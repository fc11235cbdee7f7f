// SPDX-License-Identifier: Apache-2.0

import Buildspecs
import Diagnostics
import Secrets
import TestSupport
import Testing

@Suite("References of a build", .scratchDirectory)
struct SecretResolverTests {
    /// Outcomes by variable: the value, or `!` and the message.
    private func resolve(
        _ env: String,
        overrides: [(name: String, value: String, type: String)] = [],
        file: SecretsFile? = nil,
        hasStore: Bool = true
    ) throws -> [String: String] {
        let text = "version: 0.2\nenv:\n\(env)phases:\n  build:\n    commands: [ls]\n"
        let reading = BuildspecReader.read(Array(text.utf8), file: "buildspec.yml")
        let environment = try #require(reading.buildspec, "\(reading.diagnostics)").environment
        let store = hasStore ? try fill() : nil
        let resolver = SecretResolver(file: file) { () throws(SecretError) in store }
        return resolver.resolve(environment, overrides: overrides).reduce(into: [:]) { result, resolved in
            switch resolved.result {
            case .success(let value): result[resolved.reference.variable] = value
            case .failure(let error): result[resolved.reference.variable] = "!" + error.message
            }
        }
    }

    private func fill() throws -> SecretStore {
        let store = try StoreFixture.open()
        try store.putParameter("/app/url", value: "old", by: "ada", at: 1)
        try store.putParameter("/app/url", value: "new", type: .secureString, by: "ada", at: 1)
        try store.putSecret("app/db", value: #"{"user":"ada","port":5432}"#, versionID: "v1", at: 1)
        try store.putSecret("app/db", value: #"{"user":"bob","port":6543}"#, versionID: "v2", at: 1)
        try store.putSecret("token", value: "text", at: 1)
        return store
    }

    @Test(
        "every form of a reference is resolved",
        arguments: [
            ("app/db:user", "bob"), ("app/db:port", "6543"), ("token", "text"), ("token::AWSCURRENT", "text"),
            ("app/db", #"{"user":"bob","port":6543}"#), ("app/db:user:AWSPREVIOUS", "ada"),
            ("app/db:user::v1", "ada"), ("app/db::AWSPREVIOUS", #"{"user":"ada","port":5432}"#),
            ("app/db:::v2", #"{"user":"bob","port":6543}"#), ("app/db:::", #"{"user":"bob","port":6543}"#),
            ("arn:aws:secretsmanager:eu-west-1:123456789012:secret:app/db-AbCdEf:user", "bob"),
            ("arn:aws:secretsmanager:eu-west-1:123456789012:secret:app/db-AbCdEf:user:AWSPREVIOUS", "ada"),
            ("arn:aws:secretsmanager:eu-west-1:123456789012:secret:token", "text"),
        ]
    )
    func forms(reference: String, value: String) throws {
        #expect(try resolve("  secrets-manager:\n    A: '\(reference)'\n") == ["A": value])
    }

    @Test(
        "a parameter by its name or version",
        arguments: [("/app/url", "new"), ("/app/url:1", "old"), ("/aws/reference/secretsmanager/token", "text")]
    )
    func parameters(reference: String, value: String) throws {
        #expect(try resolve("  parameter-store:\n    A: '\(reference)'\n") == ["A": value])
    }

    @Test(
        "what is missing is told in AWS's words, all of it at once",
        arguments: [
            ("parameter-store", "/x", "parameter does not exist: /x"),
            (
                "parameter-store", "/app/url:7",
                "parameter does not exist: /app/url:7 (parameter /app/url has no version 7; the newest is 2)"
            ),
            (
                "secrets-manager", "none",
                "ResourceNotFoundException: Secrets Manager can't find the specified secret. (none)"
            ),
            (
                "secrets-manager", "token::OTHER",
                "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: "
                    + "OTHER (token)"
            ),
            (
                "secrets-manager", "token:::v9",
                "ResourceNotFoundException: Secrets Manager can't find the specified secret value for VersionId: v9 "
                    + "(token)"
            ),
            ("secrets-manager", "app/db:pass", "the secret app/db has no key `pass`"),
            ("secrets-manager", "token:user", "the secret token is not a JSON object, so it has no key `user`"),
        ]
    )
    func missing(block: String, reference: String, message: String) throws {
        #expect(try resolve("  \(block):\n    A: '\(reference)'\n") == ["A": "!" + message])
    }

    @Test("without a store everything is missing")
    func noStore() throws {
        let env = "  parameter-store:\n    A: /x\n  secrets-manager:\n    B: y:k\n"
        #expect(
            try resolve(env, hasStore: false) == [
                "A": "!parameter does not exist: /x",
                "B": "!ResourceNotFoundException: Secrets Manager can't find the specified secret. (y)",
            ]
        )
    }

    @Test("a store that cannot be opened is the reason for each of its values, and is opened once")
    func closedStore() throws {
        _ = try StoreFixture.open()
        try StoreFixture.makeReadableByAll(StoreFixture.keyPath)
        let (path, keyPath) = (StoreFixture.path, StoreFixture.keyPath)
        let resolver = SecretResolver { () throws(SecretError) in
            try SecretStore.existing(path: path, keyPath: keyPath)
        }
        let overrides = [
            (name: "A", value: "/x", type: "PARAMETER_STORE"), (name: "B", value: "y", type: "SECRETS_MANAGER"),
        ]
        for resolved in resolver.resolve(nil, overrides: overrides) {
            #expect(throws: SecretError.self) { try resolved.result.get() }
            if case .failure(let error) = resolved.result { #expect(error.code == .key) }
        }
    }

    @Test("what is given from outside takes the whole place; secrets-manager goes before parameter-store")
    func precedence() throws {
        let env = "  parameter-store:\n    A: /x\n    B: /app/url\n    C: /x\n  secrets-manager:\n    C: token\n"
        let overrides = [
            (name: "A", value: "plain", type: "PLAINTEXT"), (name: "D", value: "/app/url:1", type: "PARAMETER_STORE"),
            (name: "E", value: "app/db:user", type: "SECRETS_MANAGER"),
            (name: "F", value: "a:b:c:d", type: "SECRETS_MANAGER"),
        ]
        let values = try resolve(env, overrides: overrides)
        #expect(values.filter { $0.key != "F" } == ["B": "new", "C": "text", "D": "old", "E": "bob"])
        #expect(values["F"]?.hasPrefix("!`a:b:c:d` is not a reference to a secret") == true)
    }

    @Test("a file's values go before the store's")
    func file() throws {
        let yaml = """
            parameters:
              /app/url: from file
            secrets:
              token: file token
              app/db: {user: "0123", port: 1, on: true, none: null, list: [a, 2]}
            """
        let file = try SecretsFile.read(Array(yaml.utf8), file: "s.yml")
        let env = """
              parameter-store:
                A: /app/url
                B: /app/url:1
              secrets-manager:
                C: app/db:user
                D: app/db
                E: arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-AbCdEf
                F: app/db:user:AWSPREVIOUS

            """
        #expect(
            try resolve(env, file: file, hasStore: false) == [
                "A": "from file", "B": "from file", "C": "0123", "E": "file token", "F": "0123",
                "D": #"{"list":["a",2],"none":null,"on":true,"port":1,"user":"0123"}"#,
            ]
        )
        let variables = SecretsFile(variables: ["A": "by variable"])
        #expect(try resolve("  parameter-store:\n    A: /none\n", file: variables) == ["A": "by variable"])
    }

    @Test(
        "a wrong file of values is refused with its place, and never quoted",
        arguments: [
            ("parameters: [hidden]", "s.yml:1:13: `parameters` must be a map"),
            ("parameters:\n  /a: {x: hidden}", "s.yml:2:7: a parameter's value is a text, and not empty"),
            ("parameters:\n  /a:", "s.yml:2:6: a parameter's value is a text, and not empty"),
            ("params: {}", "s.yml:1:1: this key is not known"),
            ("secrets:\n  a: hidden\n  a: hidden", "s.yml:3:3: `a` is there twice"),
            ("hidden", "s.yml:1:1: the file must be a map"),
            ("secrets:\n  a: *hidden", "s.yml:2:6: this is not YAML that can be read: unknownAnchor"),
            ("secrets:\n  a: 'hidden", "s.yml:2:6: this is not YAML that can be read: found unexpected end of stream"),
        ]
    )
    func badFile(text: String, message: String) throws {
        let error = #expect(throws: Diagnostic.self) { try SecretsFile.read(Array(text.utf8), file: "s.yml") }
        #expect(error.map { "\($0.location): \($0.message)" } == message)
    }

    @Test(
        "a buildspec without the words is not read",
        arguments: [
            ("", false), ("parameter-stor", false), ("env: {parameter-store: {}}", true),
            ("secretsecrets-manager", true), ("secrets-manage", false),
        ]
    )
    func words(text: String, isFound: Bool) {
        #expect(SecretResolver.mayRefer(Array(text.utf8)) == isFound)
    }

    @Test("a value that no variable can hold is refused without being shown")
    func nul() throws {
        let file = SecretsFile(variables: ["A": "x\0y"])
        let value = try resolve("  parameter-store:\n    A: /x\n", file: file)["A"]
        #expect(value == "!the value has a NUL character, which no variable can hold")
    }
}
