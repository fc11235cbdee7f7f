// SPDX-License-Identifier: Apache-2.0

import Environments
import Files
import Foundation
import TestSupport
import Testing

@Suite("The store of environments", .scratchDirectory, .timeLimit(.minutes(40)))
struct EnvironmentStoreTests {
    private func makeStore() -> EnvironmentStore { EnvironmentStore("\(ScratchDirectory.path)/environments") }

    private func specification(_ name: String) -> EnvironmentSpecification {
        EnvironmentSpecification(name: name, application: "birds")
    }

    @Test("an environment has what it was made with, and waits for a version")
    func creates() throws {
        let store = makeStore()
        #expect(try store.names() == [])
        var wanted = specification("staging")
        wanted.port = 18_123
        wanted.variables = ["A": "b"]
        let settings = try store.create(wanted)
        #expect(settings.port == 18_123)
        #expect(settings.url == "http://127.0.0.1:18123")
        #expect(settings.id.hasPrefix("e-"))
        let report = try store.report("staging")
        #expect(report.settings == settings)
        #expect(report.state.status == .ready)
        #expect(report.state.health == .grey)
        #expect(!report.isAlive)
        #expect(try store.resume() == [])
        #expect(throws: EnvironmentsError(.conflict, "there is an environment staging already")) {
            try store.create(wanted)
        }
    }

    @Test("ports are given from 8001 on, are kept, and belong to one environment")
    func ports() throws {
        let store = makeStore()
        let first = try store.create(specification("one")).port
        let second = try store.create(specification("two")).port
        #expect(first >= 8001)
        #expect(second > first)
        var wanted = specification("three")
        wanted.port = first
        #expect(throws: EnvironmentsError(.conflict, "port \(first) belongs to environment one; choose another")) {
            try store.create(wanted)
        }
        let again = try store.put(specification("one"))
        #expect(!again.isNew && !again.isChanged && again.settings.port == first)
    }

    @Test(
        "names that are no names are refused",
        arguments: ["", "a b", "../x", "-a", "a-", "a_b", String(repeating: "a", count: 41), "ä", ".a"]
    )
    func refusesNames(_ name: String) throws {
        #expect(throws: EnvironmentsError.self) { try makeStore().create(specification(name)) }
    }

    @Test("what cannot be is refused")
    func refuses() throws {
        let store = makeStore()
        for change in [
            { $0.port = 0 }, { $0.port = 70_000 }, { $0.variables = ["A-B": "c"] }, { $0.variables = ["A": "\0"] },
            { $0.healthPath = "health" }, { $0.application = "" },
        ] as [(inout EnvironmentSpecification) -> Void] {
            var wanted = specification("staging")
            change(&wanted)
            #expect(throws: EnvironmentsError.self) { try store.create(wanted) }
        }
        #expect(try store.names() == [])
    }

    @Test("the last five versions stay")
    func prunes() throws {
        let store = makeStore()
        _ = try store.create(specification("staging"))
        for number in 1...8 {
            let version = EnvironmentVersion(
                label: "v\(number)",
                request: "r\(number)",
                provenance: DeploymentProvenance(),
                createdAt: Int64(number)
            )
            try store.addVersion(version, to: "staging") { folder in
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            }
        }
        #expect(try store.versions(of: "staging").map(\.label) == ["v4", "v5", "v6", "v7", "v8"])
        let folder = store.folder("staging")
        #expect(Folder.isFolder(folder.version("v4")) && !Folder.exists(folder.version("v3")))
        #expect(throws: EnvironmentsError.self) {
            try store.submit(
                .deploy,
                version: "v3",
                id: "x",
                provenance: DeploymentProvenance(),
                to: "staging"
            )
        }
    }

    @Test("a bundle that cannot be unpacked leaves nothing")
    func failedFill() throws {
        let store = makeStore()
        _ = try store.create(specification("staging"))
        let version = EnvironmentVersion(
            label: "v1",
            request: "r",
            provenance: DeploymentProvenance(),
            createdAt: 1
        )
        #expect(throws: CancellationError.self) {
            try store.addVersion(version, to: "staging") { folder in
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
                throw CancellationError()
            }
        }
        #expect(try store.versions(of: "staging") == [])
        #expect(try FileManager.default.contentsOfDirectory(atPath: store.folder("staging").versions) == [])
    }

    @Test("the record of a version that cannot be read is told, and not taken for no version")
    func damagedRecord() throws {
        let store = makeStore()
        _ = try store.create(specification("staging"))
        let record = store.folder("staging").versionRecord("v1")
        try Data().write(to: URL(fileURLWithPath: record))
        let error = #expect(throws: EnvironmentsError.self) { try store.versions(of: "staging") }
        #expect(error?.message.hasPrefix("\(record) is damaged: ") ?? false)
        try FileManager.default.removeItem(atPath: record)
        #expect(try store.versions(of: "staging") == [])
    }
}
