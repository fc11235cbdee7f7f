// SPDX-License-Identifier: Apache-2.0

import Foundation
import Secrets
import TestSupport
import Testing

@Suite("The store's files", .scratchDirectory)
struct StoreFileTests {
    @Test("all files are the owner's alone, and no value or key is readable in them")
    func sealed() throws {
        let store = try StoreFixture.open()
        try store.putParameter("/app/url", value: "plain-parameter-value", by: "ada", at: 1)
        try store.putSecret("app/db", value: "plain-secret-value", at: 1)
        let folder = ScratchDirectory.path
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            let data = try #require(FileManager.default.contents(atPath: "\(folder)/\(name)"))
            #expect(data.range(of: Data("plain-".utf8)) == nil, "\(name)")
            #expect(try StoreFixture.mode("\(folder)/\(name)") == 0o600, "\(name)")
        }
    }

    @Test("nothing is made by looking")
    func looking() throws {
        #expect(try SecretStore.existing(path: StoreFixture.path, keyPath: StoreFixture.keyPath) == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: ScratchDirectory.path).isEmpty)
    }

    @Test("without its key the store is refused, and no new key is made")
    func lostKey() throws {
        _ = try StoreFixture.open()
        try FileManager.default.removeItem(atPath: StoreFixture.keyPath)
        #expect(StoreFixture.code { _ = try StoreFixture.open() } == .key)
        #expect(!FileManager.default.fileExists(atPath: StoreFixture.keyPath))
    }

    @Test("another key is refused, and the values are there again with the right one")
    func wrongKey() throws {
        try StoreFixture.open().putSecret("a", value: "v", at: 1)
        let key = try #require(FileManager.default.contents(atPath: StoreFixture.keyPath))
        try Data(repeating: 1, count: 32).write(to: URL(fileURLWithPath: StoreFixture.keyPath))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: StoreFixture.keyPath)
        #expect(StoreFixture.code { _ = try StoreFixture.open() } == .key)
        try key.write(to: URL(fileURLWithPath: StoreFixture.keyPath))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: StoreFixture.keyPath)
        #expect(try StoreFixture.open().secretText("a").value == "v")
    }

    @Test("files that others may read are refused", arguments: [true, false])
    func modes(isKey: Bool) throws {
        _ = try StoreFixture.open()
        let path = isKey ? StoreFixture.keyPath : StoreFixture.path
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        let error = #expect(throws: SecretError.self) { _ = try StoreFixture.open() }
        #expect(error?.code == (isKey ? .key : .inaccessible))
        #expect(error?.message.contains("chmod 600") == true)
    }

    @Test("a file that is no store is refused and left as it is")
    func otherFile() throws {
        _ = try StoreFixture.open()
        let other = Data("something else".utf8)
        try other.write(to: URL(fileURLWithPath: StoreFixture.path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: StoreFixture.path)
        #expect(StoreFixture.code { _ = try StoreFixture.open() } == .damaged)
        #expect(FileManager.default.contents(atPath: StoreFixture.path) == other)
    }

    @Test("a value moved to another row is noticed")
    func moved() throws {
        let store = try StoreFixture.open()
        try store.putParameter("low", value: "mine", by: "ada", at: 1)
        try store.putParameter("high", value: "theirs", by: "ada", at: 1)
        let sql = """
            UPDATE parameter_versions SET value = (SELECT value FROM parameter_versions WHERE parameter_id = 2)
            WHERE parameter_id = 1
            """
        let python = "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()"
        let result = try Program.run(
            "python3",
            ["-c", python, StoreFixture.path, sql],
            environment: Program.path
        )
        try #require(result.status == 0, "\(result)")
        #expect(StoreFixture.code { _ = try store.parameter("low") } == .damaged)
        #expect(try store.parameter("high").value == "theirs")
    }

    @Test("writers at once lose nothing and make no version twice")
    func concurrent() async throws {
        let (path, keyPath) = (StoreFixture.path, StoreFixture.keyPath)
        // The making of the store is part of it.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    let store = try SecretStore(path: path, keyPath: keyPath)
                    for index in 0..<10 {
                        try store.putParameter("a", value: "\(writer)-\(index)", by: "w\(writer)", at: 1)
                        try store.putSecret("a", value: "\(writer)-\(index)", at: 1)
                    }
                }
            }
            try await group.waitForAll()
        }
        let store = try StoreFixture.open()
        let history = try store.parameterHistory("a")
        #expect(history.map(\.facts.version) == Array(1...40))
        #expect(Set(history.map(\.value)).count == 40)
        let secret = try store.secret("a")
        #expect(secret.versions.count == 40)
        #expect(secret.versions.flatMap(\.stages).sorted() == ["AWSCURRENT", "AWSPREVIOUS"])
    }

    @Test("17: a newer schema of secrets.db is refused, named, and left as it is")
    func newerSchema() throws {
        _ = try StoreFixture.open()
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: StoreFixture.path))
        // `user_version`, big-endian: https://www.sqlite.org/fileformat2.html
        try file.seek(toOffset: 60)
        try file.write(contentsOf: Data([0, 0, 0, 99]))
        try file.close()
        let before = try #require(FileManager.default.contents(atPath: StoreFixture.path))
        let error = #expect(throws: SecretError.self) { _ = try StoreFixture.open() }
        #expect(error?.code == .newerSchema)
        #expect(
            error?.message
                == "\(StoreFixture.path) was written by a newer version of Nacre. Nothing was changed. Run that version, or restore "
                + "a backup from before the upgrade."
        )
        #expect(FileManager.default.contents(atPath: StoreFixture.path) == before)
    }
}
