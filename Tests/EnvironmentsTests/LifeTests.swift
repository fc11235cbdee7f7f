// SPDX-License-Identifier: Apache-2.0

import Environments
import Files
import Foundation
import Processes
import TestSupport
import Testing

@Suite("The life of an environment", .scratchDirectory, .timeLimit(.minutes(40)))
struct LifeTests {
    private static let name = EnvironmentFixture.name

    @Test("an instance that dies is started again, and requests wait for it")
    func restarts() throws {
        try EnvironmentFixture.run { environment in
            try environment.deployServer("v1")
            let pid = try #require(Int32(try environment.get("/pid")))
            kill(pid, SIGKILL)
            try eventually("another serves") {
                guard let new = try? environment.get("/pid") else { return false }
                return new != String(pid)
            }
            #expect(try environment.get() == "v1")
            let state = try environment.report.state
            #expect(state.running?.restarts == 1)
            #expect(state.health == .green)
            #expect(state.events.contains { $0.severity == .warn && $0.message.contains("SIGKILL") })
        }
    }

    @Test("an application that dies again and again makes the environment Red, with the reason")
    func crashes() throws {
        // It serves as long as there is a file.
        let flag = "\(ScratchDirectory.path)/flag"
        try EnvironmentFixture.touch(flag)
        try EnvironmentFixture.run { environment in
            var files = TestServer.bundle("v1")
            files["Procfile"] =
                "web: test -e '\(flag)' || { echo the flag is missing; exit 7; }; exec python3 server.py"
            #expect(try environment.deploy("v1", files).status == .succeeded)
            let pid = try #require(Int32(try environment.get("/pid")))
            try FileManager.default.removeItem(atPath: flag)
            kill(pid, SIGKILL)
            try eventually("it is Red") { try environment.report.state.health == .red }
            #expect(try environment.report.state.causes.first?.contains("exit code 7\nthe flag is missing") ?? false)
            try EnvironmentFixture.touch(flag)
            try eventually("it serves again") { try environment.report.state.health != .red }
            #expect(try environment.get() == "v1")
        }
    }

    @Test("when its process is killed, the next one ends what is left and serves again")
    func killed() throws {
        try EnvironmentFixture.run { environment in
            try environment.deployServer("v1")
            let old = try environment.owner()
            let instance = try #require(Int32(try environment.get("/pid")))
            #expect(old.signal(SIGKILL))
            try eventually("its lock is free") { !FileLock.isHeld(environment.store.folder(Self.name).lock) }
            #expect(try environment.report.state.health == .red)
            #expect(try environment.store.resume() == [Self.name])
            #expect(try environment.store.resume() == [])
            try eventually("it serves again") { (try? environment.get()) == "v1" }
            #expect(try environment.get("/pid") != String(instance))
            #expect(try !environment.processes().contains(instance))
        }
    }

    @Test("when everything of it is killed, it serves again")
    func allKilled() throws {
        try EnvironmentFixture.run { environment in
            try environment.deployServer("v1")
            try environment.deployServer("v2")
            #expect(try environment.owner().signal(SIGKILL))
            for pid in try environment.processes() { kill(pid, SIGKILL) }
            try eventually("its lock is free") { !FileLock.isHeld(environment.store.folder(Self.name).lock) }
            #expect(try environment.store.resume() == [Self.name])
            try eventually("it serves again") { (try? environment.get()) == "v2" }
        }
    }

    @Test("a deployment goes on when the environment's process is killed in the middle")
    func killedWhileDeploying() throws {
        try EnvironmentFixture.run { environment in
            try environment.deployServer("v1")
            var files = TestServer.bundle("v2")
            files["Procfile"] = "web: sleep 2; exec python3 server.py"
            let number = try environment.submit("v2", files)
            try eventually("it has begun") { try environment.report.state.status == .updating }
            #expect(try environment.owner().signal(SIGKILL))
            // Who waits starts the next process.
            #expect(try environment.store.wait(for: number, of: Self.name)?.status == .succeeded)
            #expect(try environment.get() == "v2")
        }
    }

    @Test("a second process on the same folder ends at once")
    func secondProcess() throws {
        try EnvironmentFixture.run { environment in
            try environment.deployServer("v1")
            let owner = try environment.owner()
            let folder = environment.store.folder(Self.name).path
            let result = try Program.run(Program.product("nacre-environment"), [folder], environment: Program.path)
            #expect(result.status == 0)
            #expect(try environment.owner() == owner)
            #expect(try environment.get() == "v1")
        }
    }

    @Test("a stop leaves no process and no open port; a start runs the same version")
    func stops() throws {
        try EnvironmentFixture.run(limits: EnvironmentSettings.Limits(stop: 1, drain: 5)) { environment in
            try environment.deployServer("v1")
            // An orphan in a session of its own that listens to no signal.
            #expect(try environment.get("/family") == "done")
            #expect(try environment.processes().count > 1)
            try environment.store.stop(Self.name)
            #expect(try environment.processes() == [])
            #expect(!FileLock.isHeld(environment.store.folder(Self.name).lock))
            let state = try environment.report.state
            #expect(state.status == .terminated)
            #expect(state.health == .grey)
            #expect(throws: Program.Failure.self) { try environment.get() }
            #expect(try environment.store.resume() == [])
            // Nothing is left to be stopped.
            try environment.store.stop(Self.name)

            let number = try environment.store.start(Self.name)
            #expect(try environment.store.wait(for: number, of: Self.name)?.status == .succeeded)
            #expect(try environment.get() == "v1")
            #expect(try environment.report.state.status == .ready)
        }
    }

    @Test("SIGTERM ends the process and its application; the next process runs it again")
    func terminates() throws {
        try EnvironmentFixture.run { environment in
            try environment.deployServer("v1")
            #expect(try environment.owner().signal(SIGTERM))
            try eventually("its lock is free") { !FileLock.isHeld(environment.store.folder(Self.name).lock) }
            #expect(try environment.processes() == [])
            #expect(try environment.store.resume() == [Self.name])
            try eventually("it serves again") { (try? environment.get()) == "v1" }
        }
    }

    @Test("a rollback runs the version before, and a second one the version after")
    func rollsBack() throws {
        try EnvironmentFixture.run { environment in
            #expect(throws: EnvironmentsError.self) { try environment.store.rollback(Self.name) }
            try environment.deployServer("v1")
            try environment.deployServer("v2")
            for expected in ["v1", "v2"] {
                let request = try environment.store.rollback(Self.name)
                #expect(request.version == expected)
                #expect(try environment.store.wait(for: request.number, of: Self.name)?.status == .succeeded)
                #expect(try environment.get() == expected)
            }
        }
    }

    @Test("a port that another program has fails the deployment, and is taken when it is free")
    func portTaken() throws {
        try EnvironmentFixture.run { environment in
            let code = """
                import socket, time
                s = socket.socket()
                s.bind(("127.0.0.1", \(environment.port)))
                s.listen()
                print("listens", flush=True)
                time.sleep(1000)
                """
            let other = try BackgroundProgram(
                "/bin/sh",
                ["-c", "exec python3 -c \"$0\"", code],
                environment: Program.path,
                name: "other"
            )
            try eventually("the port is taken; \(other.errors)") { other.output == "listens\n" }
            let deployment = try environment.deployServer("v1")
            #expect(deployment.reason == "port \(environment.port) cannot be had: Address already in use")
            #expect(try environment.report.state.health == .red)
            other.signal(SIGKILL)
            _ = try other.wait()
            #expect(try environment.deployServer("v2").status == .succeeded)
            #expect(try environment.get() == "v2")
        }
    }

    @Test("changed variables start the application again, without a lost request")
    func changedVariables() throws {
        try EnvironmentFixture.run { environment in
            try environment.deployServer("v1")
            let pid = try environment.get("/pid")
            try environment.change { $0.variables = ["STAGE": "other"] }
            try eventually("it has the variable") {
                try environment.get("/environment").contains("\"STAGE\": \"other\"")
            }
            #expect(try environment.get("/pid") != pid)
            #expect(try environment.report.state.running?.version == "v1")
        }
    }

    @Test("an environment moves to another port")
    func changedPort() throws {
        try EnvironmentFixture.run { environment in
            try environment.deployServer("v1")
            let port = try EnvironmentFixture.freePort()
            try environment.change { $0.port = port }
            try eventually("it serves there") {
                try Program.run("curl", ["-sS", "http://127.0.0.1:\(port)/"], environment: Program.path).output == "v1"
            }
            #expect(throws: Program.Failure.self) { try environment.get() }
        }
    }

    @Test("removing an environment leaves nothing of it")
    func removes() throws {
        try EnvironmentFixture.run { environment in
            try environment.deployServer("v1")
            try environment.store.remove(Self.name)
            #expect(try environment.processes() == [])
            #expect(try environment.store.names() == [])
            #expect(try FileManager.default.contentsOfDirectory(atPath: environment.store.root) == [".lock"])
        }
    }
}
