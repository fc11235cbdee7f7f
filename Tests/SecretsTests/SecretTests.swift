// SPDX-License-Identifier: Apache-2.0

import Secrets
import TestSupport
import Testing

@Suite("Secrets", .scratchDirectory)
struct SecretTests {
    @Test("a further version takes AWSCURRENT, and the one before becomes AWSPREVIOUS")
    func stages() throws {
        let store = try StoreFixture.open()
        let first = try store.putSecret("app/db", value: "one", description: "what for", at: 10)
        #expect(first.version.stages == ["AWSCURRENT"])
        let second = try store.putSecret("app/db", value: "two", at: 20)
        let third = try store.putSecret("app/db", value: "three", at: 30)
        #expect(third.secret.arn == first.secret.arn)
        #expect(third.secret.description == "what for")
        #expect(third.secret.createdAt == 10 && third.secret.changedAt == 30)
        #expect(third.secret.versions.map(\.stages) == [[], ["AWSPREVIOUS"], ["AWSCURRENT"]])
        #expect(try store.secretText("app/db").value == "three")
        #expect(try store.secretText("app/db", stage: "AWSPREVIOUS").value == "two")
        #expect(try store.secretText("app/db", versionID: first.version.id).value == "one")
        #expect(try store.secretText("app/db", stage: "AWSPREVIOUS", versionID: second.version.id).value == "two")
        #expect(try store.secretText("app/db").version == third.version)
    }

    @Test("stages of one's own move alone, and the first version is current whatever its stages")
    func ownStages() throws {
        let store = try StoreFixture.open()
        #expect(try store.putSecret("a", value: "1", stages: ["BLUE"], at: 1).version.stages == ["AWSCURRENT", "BLUE"])
        #expect(try store.putSecret("a", value: "2", stages: ["BLUE"], at: 2).version.stages == ["BLUE"])
        #expect(try store.secretText("a").value == "1")
        #expect(try store.secretText("a", stage: "BLUE").value == "2")
        #expect(StoreFixture.code { _ = try store.secretText("a", stage: "AWSPREVIOUS") } == .secretNotFound)
        #expect(StoreFixture.code { try store.putSecret("a", value: "3", stages: [], at: 3) } == .invalid)
        #expect(StoreFixture.code { try store.putSecret("a", value: "3", stages: [""], at: 3) } == .invalid)
    }

    @Test("a version id given again is the same version, or a conflict")
    func idempotent() throws {
        let store = try StoreFixture.open()
        try store.putSecret("a", value: "1", versionID: "v1", at: 1)
        #expect(try store.putSecret("a", value: "1", versionID: "v1", at: 2).secret.versions.count == 1)
        #expect(StoreFixture.code { try store.putSecret("a", value: "2", versionID: "v1", at: 3) } == .conflict)
        #expect(try store.secretText("a").value == "1")
    }

    @Test("a secret is found by name, by ARN, by ARN without the suffix, and by another account's ARN")
    func arns() throws {
        let store = try StoreFixture.open()
        let arn = try store.putSecret("app/db", value: "v", at: 1).secret.arn
        let start = "arn:aws:secretsmanager:us-east-1:000000000000:secret:app/db"
        #expect(arn.hasPrefix("\(start)-") && arn.utf8.count == start.utf8.count + 7)
        for id in [
            arn, start, "app/db", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:app/db-ZzZzZz",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:app/db",
        ] {
            #expect(try store.secretText(id).value == "v", "\(id)")
        }
        // A full ARN of this store is one secret and no later one of its name.
        #expect(StoreFixture.code { _ = try store.secretText("\(start)-000000") } == .secretNotFound)
        #expect(StoreFixture.code { _ = try store.secretText("app/db-ZzZzZz") } == .secretNotFound)
        #expect(try store.putSecret(arn, value: "w", at: 2).secret.versions.count == 2)
        #expect(StoreFixture.code { try store.putSecret("\(start)x", value: "w", at: 2) } == .invalid)
    }

    @Test("a name that ends as an ARN does is found by its own ARN")
    func suffixedName() throws {
        let store = try StoreFixture.open()
        let arn = try store.putSecret("app-secret", value: "v", at: 1).secret.arn
        #expect(try store.secretText(arn).value == "v")
        #expect(try store.secretText(String(arn.dropLast(7))).value == "v")
    }

    @Test(
        "what is not there is said in Secrets Manager's words",
        arguments: [
            ("none", nil, nil, "Secrets Manager can't find the specified secret."),
            (
                "a", "AWSPENDING", nil,
                "Secrets Manager can't find the specified secret value for staging label: AWSPENDING"
            ),
            ("a", nil, "v9", "Secrets Manager can't find the specified secret value for VersionId: v9"),
        ] as [(String, String?, String?, String)]
    )
    func missing(id: String, stage: String?, version: String?, message: String) throws {
        let store = try StoreFixture.open()
        try store.putSecret("a", value: "v", at: 1)
        let error = #expect(throws: SecretError.self) {
            try store.secretText(id, stage: stage, versionID: version)
        }
        #expect(error?.code == .secretNotFound)
        #expect(error?.message == message)
    }

    @Test("Secrets Manager's rules for names and sizes hold")
    func rules() throws {
        let store = try StoreFixture.open()
        for name in ["a", "A/b_c+d=e.f@g-h", String(repeating: "x", count: 512)] {
            #expect(try store.putSecret(name, value: "v", at: 1).secret.name == name)
        }
        for name in ["", "a b", "ä", "a:b", "a\n", String(repeating: "x", count: 513)] {
            #expect(StoreFixture.code { try store.putSecret(name, value: "v", at: 1) } == .invalid)
        }
        let full = String(repeating: "x", count: 65_536)
        try store.putSecret("a", value: full, at: 1)
        #expect(try store.secretText("a").value == full)
        #expect(StoreFixture.code { try store.putSecret("a", value: full + "x", at: 1) } == .invalid)
        #expect(StoreFixture.code { try store.putSecret("a", value: "", at: 1) } == .invalid)
        #expect(try store.secrets().map(\.name) == ["A/b_c+d=e.f@g-h", "a", String(repeating: "x", count: 512)])
    }

    @Test("a deleted secret is gone, and a new one of its name has another ARN")
    func delete() throws {
        let store = try StoreFixture.open()
        let old = try store.putSecret("a", value: "1", at: 1).secret
        try store.putSecret("a", value: "2", at: 1)
        #expect(try store.deleteSecret("a").arn == old.arn)
        #expect(StoreFixture.code { try store.deleteSecret("a") } == .secretNotFound)
        #expect(try store.secrets().isEmpty)
        let new = try store.putSecret("a", value: "3", at: 1).secret
        #expect(new.versions.count == 1)
        #expect(new.arn != old.arn)
    }

    @Test(
        "a key of a JSON secret: strings as they are, the rest as JSON",
        arguments: [
            ("s", "text"), ("n", "1.50"), ("b", "true"), ("z", "null"), ("o", #"{"x":1,"y":[2,"3"]}"#), ("a", "[1,2]"),
            ("e", ""), ("u", "ä\n"),
        ]
    )
    func members(key: String, value: String) throws {
        let store = try StoreFixture.open()
        let json =
            #"{"s":"text","n":1.50,"b":true,"z":null,"o":{"y":[2,"3"], "x":1},"a":[1, 2],"e":"","u":"\u00e4\n"}"#
        try store.putSecret("a", value: json, at: 1)
        #expect(try store.secretText("a").member(key) == value)
    }
}
