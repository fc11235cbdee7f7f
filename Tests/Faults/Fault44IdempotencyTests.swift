// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Fault 44: requests that are made twice", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault44IdempotencyTests {
    private struct Started: Decodable {
        let pipelineExecutionId: String
    }

    /// A pipeline that asks a person, with one execution.
    private func define(_ daemon: DaemonFixture) throws {
        let git = try daemon.createRepository()
        let stages = [("Source", [Definition.source()]), ("Ask", [Definition.approval()])]
        try daemon.define(Definition("line", stages, more: ["executionMode": "PARALLEL", "pipelineType": "V2"]))
        try git.commit()
        #expect(try git.push("HEAD:main").status == 0)
        _ = try daemon.asks("line/1")
    }

    private func start(_ daemon: DaemonFixture, _ token: String) throws -> String {
        let started: Started = try ShownBuild.decode(
            try daemon.nacre("pipeline", "start", "line", "--token", token, "--json")
        )
        return started.pipelineExecutionId
    }

    @Test("44: starts with one token are one execution, at once, later, and after kill -9; another token is another")
    func starts() throws {
        try DaemonFixture.run { daemon in
            try define(daemon)
            let environment = Program.path.merging(["NACRE_HOME": daemon.home]) { $1 }
            let clients = try (0..<5).map { client in
                try BackgroundProgram(
                    Program.product("nacre"),
                    ["pipeline", "start", "line", "--token", "same", "--json"],
                    environment: environment,
                    name: "client\(client)"
                )
            }
            for client in clients { #expect(try client.wait() == 0, "\(client.errors)") }
            let ids = Set(
                try clients.map { client in
                    try JSONDecoder().decode(Started.self, from: Data(client.output.utf8)).pipelineExecutionId
                }
            )
            #expect(ids.count == 1)
            #expect(try daemon.execution("line/2").id == ids.first)
            #expect(try start(daemon, "same") == ids.first)
            try daemon.stop(SIGKILL)
            try daemon.start()
            #expect(try start(daemon, "same") == ids.first)
            #expect(try start(daemon, "other") == daemon.execution("line/3").id)
            #expect(try daemon.nacre("show", "line/4").status == 5)
        }
    }

    @Test("44: of answers to one approval at once only one counts, and the others hear which")
    func approvals() throws {
        try DaemonFixture.run { daemon in
            try define(daemon)
            let environment = Program.path.merging(["NACRE_HOME": daemon.home]) { $1 }
            let clients = try (0..<6).map { client in
                try BackgroundProgram(
                    Program.product("nacre"),
                    [client % 2 == 0 ? "approve" : "reject", "line/1", "--comment", "of client \(client)"],
                    environment: environment,
                    name: "client\(client)"
                )
            }
            let codes = try clients.map { try $0.wait() }
            #expect(codes.count { $0 == 0 } == 1, "\(codes) \(clients.map(\.errors))")
            #expect(codes.allSatisfy { $0 == 0 || $0 == 1 })
            let winner = try #require(codes.firstIndex(of: 0))
            let status = try daemon.over("line/1").status
            #expect(status == (winner % 2 == 0 ? "Succeeded" : "Failed"))
            #expect(try daemon.nacre("show", "line/1").output.contains("of client \(winner)"))
            let retried = try daemon.nacre(winner % 2 == 0 ? "approve" : "reject", "line/1", "--comment", "again")
            #expect(retried.status == 1)
            #expect(retried.errors.contains(winner % 2 == 0 ? "was approved by" : "was rejected by"), "\(retried)")
            #expect(try daemon.over("line/1").status == status)
        }
    }

    @Test("44: a stop that is asked for twice is one stop")
    func stops() throws {
        try DaemonFixture.run { daemon in
            let buildspec = IngestFixture.buildspec(IngestFixture.stay)
            let git = try IngestFixture.repository(daemon, buildspec: buildspec)
            #expect(try git.push("HEAD:main").status == 0)
            try IngestFixture.waitUntilHere(1)
            #expect(try daemon.nacre("stop", "app#1").status == 0)
            // On its way, or over by now.
            #expect(try [0, 1].contains(daemon.nacre("stop", "app#1").status))
            #expect(try daemon.finished("app#1").buildStatus == "STOPPED")
            #expect(try daemon.nacre("stop", "app#1").status == 1)
        }
    }
}
