// SPDX-License-Identifier: Apache-2.0

import Secrets
import TestSupport
import Testing

@Suite("Parameters", .scratchDirectory)
struct ParameterTests {
    @Test("versions count from 1 and all are kept, with time and user")
    func versions() throws {
        let store = try StoreFixture.open()
        let first = try store.putParameter("/app/url", value: "one", description: "where", by: "ada", at: 10)
        let second = try store.putParameter("/app/url", value: "two", type: .secureString, by: "bob", at: 20)
        #expect(first.version == 1)
        #expect(first.type == .string)
        #expect(second.version == 2)
        #expect(second.description == "where")
        let history = try store.parameterHistory("/app/url")
        #expect(history.map(\.value) == ["one", "two"])
        #expect(history.map(\.facts.modifiedBy) == ["ada", "bob"])
        #expect(history.map(\.facts.modifiedAt) == [10, 20])
        #expect(history.map(\.facts.type) == [.string, .secureString])
        #expect(try store.putParameter("/app/url", value: "3", by: "bob", at: 30).type == .secureString)
    }

    @Test(
        "a reference is a name or an ARN, with a version or without",
        arguments: [
            ("/app/url", "two"), ("/app/url:1", "one"), ("/app/url:2", "two"), ("plain", "p"), ("plain:1", "p"),
            ("arn:aws:ssm:us-east-1:000000000000:parameter/app/url", "two"),
            ("arn:aws:ssm:eu-west-1:123456789012:parameter/app/url:1", "one"),
            ("arn:aws:ssm:us-east-1:000000000000:parameter/plain", "p"),
        ]
    )
    func references(reference: String, value: String) throws {
        let store = try StoreFixture.open()
        try store.putParameter("/app/url", value: "one", by: "ada", at: 1)
        try store.putParameter("/app/url", value: "two", by: "ada", at: 2)
        try store.putParameter("plain", value: "p", by: "ada", at: 3)
        #expect(try store.parameter(reference).value == value)
    }

    @Test(
        "what is not there is told apart",
        arguments: [
            ("/none", SecretError.Code.parameterNotFound, "parameter does not exist: /none"),
            ("/app:9", .parameterVersionNotFound, "parameter /app has no version 9; the newest is 1"),
            (
                "/app:prod", .parameterVersionNotFound,
                "'/app:prod': after the colon a version's number is expected; labels are not kept"
            ),
            ("/APP", .parameterNotFound, "parameter does not exist: /APP"),
        ]
    )
    func missing(reference: String, code: SecretError.Code, message: String) throws {
        let store = try StoreFixture.open()
        try store.putParameter("/app", value: "one", by: "ada", at: 1)
        let error = #expect(throws: SecretError.self) { try store.parameter(reference) }
        #expect(error?.code == code)
        #expect(error?.message == message)
    }

    @Test(
        "SSM's rules for names hold",
        arguments: [
            ("a", true), ("/a/b.c-d_e", true), ("/aws/service/ami", true), (String(repeating: "a", count: 2048), true),
            ("", false), ("a b", false), ("a/b", false), ("/a//b", false), ("/a/", false), ("/", false), ("ä", false),
            ("a:1", false), ("aws", false), ("/AWS/x", false), ("ssmx", false), ("/ssm/x", false),
            (String(repeating: "a", count: 2049), false), (String(repeating: "/a", count: 15), true),
            (String(repeating: "/a", count: 16), false),
        ]
    )
    func names(name: String, isGood: Bool) throws {
        let store = try StoreFixture.open()
        let code = StoreFixture.code { try store.putParameter(name, value: "v", by: "ada", at: 1) }
        #expect(code == (isGood ? nil : .invalid))
    }

    @Test("values have 1 to 8192 bytes, and more than 4096 are of the advanced tier")
    func sizes() throws {
        let store = try StoreFixture.open()
        func put(_ count: Int) throws -> ParameterVersion {
            try store.putParameter("a", value: String(repeating: "x", count: count), by: "ada", at: 1)
        }
        #expect(StoreFixture.code { _ = try put(0) } == .invalid)
        #expect(StoreFixture.code { _ = try put(8193) } == .invalid)
        #expect(try put(4096).tier == "Standard")
        #expect(try put(8192).tier == "Advanced")
        #expect(try store.parameter("a").facts.version == 2)
    }

    @Test("the list shows the newest versions under a prefix by name")
    func list() throws {
        let store = try StoreFixture.open()
        for name in ["/b/x", "/a/y", "/a/x", "%", "_"].dropLast(2) {
            try store.putParameter(name, value: "1", by: "ada", at: 1)
            try store.putParameter(name, value: "2", by: "ada", at: 2)
        }
        #expect(try store.parameters().map(\.name) == ["/a/x", "/a/y", "/b/x"])
        #expect(try store.parameters(prefix: "/a/").map(\.name) == ["/a/x", "/a/y"])
        #expect(try store.parameters(prefix: "%").isEmpty)
        #expect(try store.parameters().allSatisfy { $0.version == 2 })
        #expect(try store.parameters().first?.arn == "arn:aws:ssm:us-east-1:000000000000:parameter/a/x")
    }

    @Test("a deleted one is gone with its versions, and a new one begins at 1")
    func delete() throws {
        let store = try StoreFixture.open()
        try store.putParameter("a", value: "1", by: "ada", at: 1)
        try store.putParameter("a", value: "2", by: "ada", at: 1)
        try store.deleteParameter("a")
        #expect(StoreFixture.code { _ = try store.parameter("a") } == .parameterNotFound)
        #expect(StoreFixture.code { _ = try store.parameterHistory("a") } == .parameterNotFound)
        #expect(StoreFixture.code { try store.deleteParameter("a") } == .parameterNotFound)
        #expect(try store.putParameter("a", value: "3", by: "ada", at: 1).version == 1)
    }

    @Test("the newest hundred versions are kept")
    func hundred() throws {
        let store = try StoreFixture.open()
        for index in 1...103 { try store.putParameter("a", value: String(index), by: "ada", at: 1) }
        let history = try store.parameterHistory("a")
        #expect(history.count == 100)
        #expect(history.first?.facts.version == 4)
        #expect(StoreFixture.code { _ = try store.parameter("a:3") } == .parameterVersionNotFound)
    }
}
