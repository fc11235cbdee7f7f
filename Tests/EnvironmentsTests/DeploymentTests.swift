// SPDX-License-Identifier: Apache-2.0

import Environments
import Files
import Foundation
import JSON
import TestSupport
import Testing

@Suite("Deployments to an environment", .scratchDirectory, .timeLimit(.minutes(40)))
struct DeploymentTests {
    @Test("a version serves on the environment's own port")
    func deploys() throws {
        try EnvironmentFixture.run { environment in
            let deployment = try environment.deployServer("v1")
            #expect(deployment.status == .succeeded)
            #expect(try environment.get() == "v1")
            let report = try environment.report
            #expect(report.state.status == .ready)
            #expect(report.state.health == .green)
            #expect(report.state.running?.version == "v1")
            #expect(report.isAlive)
        }
    }

    @Test("the application gets PORT, the declared variables, and few of the machine's")
    func variables() throws {
        try EnvironmentFixture.run {
            $0.variables = ["STAGE": "staging", "TEXT": "a b\n'\"$c"]
        } _: { environment in
            try environment.deployServer("v1")
            let found = try JSONText.decode(
                [String: String].self,
                from: Array(try environment.get("/environment").utf8)
            )
            #expect(found["STAGE"] == "staging")
            #expect(found["TEXT"] == "a b\n'\"$c")
            #expect(found["PORT"] == (try environment.report.state.running?.port).map(String.init))
            let allowed: Set = [
                "HOME", "LANG", "LANGUAGE", "LOGNAME", "NACRE_ENVIRONMENT", "NACRE_INSTANCE", "PATH", "PORT", "PWD",
                "PYTHONUNBUFFERED", "STAGE", "TEXT", "TMPDIR", "TZ", "USER", "LC_CTYPE", "OLDPWD", "SHLVL", "_",
            ]
            let others = found.keys.filter { !allowed.contains($0) && !$0.contains("PYENV") && !$0.hasPrefix("LC_") }
            #expect(others == [])
        }
    }

    @Test("two versions take over under load without a lost request")
    func switches() throws {
        try EnvironmentFixture.run { environment in
            try environment.deployServer("v1")
            let stop = "\(ScratchDirectory.path)/stop"
            let ready = "\(ScratchDirectory.path)/ready"
            let hammer = try BackgroundProgram(
                "/bin/sh",
                ["-c", "exec python3 -c \"$0\" \"$@\"", TestServer.hammer, String(environment.port), stop, ready],
                environment: Program.path,
                name: "hammer"
            )
            defer { hammer.signal(SIGKILL) }
            func waitForLoad() throws {
                try eventually("all clients ask; \(hammer.errors)") {
                    try FileManager.default.contentsOfDirectory(atPath: ScratchDirectory.path)
                        .filter { $0.hasPrefix("ready.") }.count == 6
                }
            }
            try waitForLoad()
            for label in ["v2", "v3"] {
                #expect(try environment.deployServer(label).status == .succeeded)
                #expect(try environment.get() == label)
            }
            // The old ones have been drained while the load goes on.
            try eventually("only one instance is left") {
                Set(try environment.processes().map { getsid($0) }).count == 1
            }
            try EnvironmentFixture.touch(stop)
            #expect(try hammer.wait() == 0)
            struct Seen: Decodable {
                let counts: [String: Int]
                let failures: [String]
            }
            let seen = try JSONText.decode(Seen.self, from: Array(hammer.output.utf8))
            #expect(seen.failures == [])
            #expect(Set(seen.counts.keys) == ["v1", "v2", "v3"])
        }
    }

    @Test("a request that is being answered is answered to its end by the instance that began")
    func drains() throws {
        try EnvironmentFixture.run { environment in
            try environment.deployServer("v1")
            let client = try BackgroundProgram(
                "/bin/sh",
                ["-c", "exec python3 -c \"$0\"", Self.slowClient(environment.port)],
                environment: Program.path,
                name: "client"
            )
            try eventually("the slow request is sent; \(client.errors)") { client.output.contains("sent") }
            try environment.deployServer("v2")
            #expect(try client.wait() == 0, "\(client.errors)")
            #expect(client.output.hasSuffix("v1\n"))
        }
    }

    private static func slowClient(_ port: Int) -> String {
        """
        import http.client
        connection = http.client.HTTPConnection("127.0.0.1", \(port), timeout=60)
        connection.request("GET", "/slow")
        print("sent", flush=True)
        print(connection.getresponse().read().decode())
        """
    }

    @Test("a version that never answers is ended, and the one before goes on")
    func neverHealthy() throws {
        try EnvironmentFixture.run { environment in
            try environment.deployServer("v1")
            try environment.change { $0.limits = EnvironmentSettings.Limits(start: 2, stop: 5, drain: 5) }
            let deployment = try environment.deploy("v2", ["Procfile": "web: echo about to sleep; sleep 1000"])
            #expect(deployment.status == .failed)
            let reason = try #require(deployment.reason)
            #expect(reason.contains("did not become healthy"))
            #expect(reason.contains("within 2 s: GET / is not answered: connection refused"))
            #expect(reason.contains("about to sleep"))
            #expect(try environment.get() == "v1")
            #expect(try environment.report.state.health == .green)
            #expect(try environment.report.state.status == .ready)
            try eventually("nothing of it is left") {
                Set(try environment.processes().map { getsid($0) }).count == 1
            }
        }
    }

    @Test(
        "a version that cannot run fails with the reason",
        arguments: [
            (["Procfile": "web: echo it is broken >&2; exit 3"], "the process web ended: exit code 3\nit is broken"),
            (["Procfile": "worker: sleep 5"], "the Procfile has no process 'web', only worker"),
            (["Procfile": "web sleep 5"], "Procfile:1: there is no ':' between a process's name and its command"),
            (
                ["index.html": "hello"],
                "the bundle has neither Procfile, application.py nor Dockerfile in its root; it has index.html"
            ),
            (
                ["docker-compose.yml": "services: {}"],
                "the bundle names images (docker-compose.yml or Dockerrun.aws.json) but has no Dockerfile, "
                    + "Procfile or application.py; of containers, only a Dockerfile is run here"
            ),
        ]
    )
    func cannotRun(_ files: [String: String], _ reason: String) throws {
        try EnvironmentFixture.run { environment in
            let deployment = try environment.deploy("v1", files)
            #expect(deployment.status == .failed)
            #expect(deployment.reason == reason)
            #expect(try environment.report.state.health == .red)
            // And the next one is none the worse for it.
            #expect(try environment.deployServer("v2").status == .succeeded)
            #expect(try environment.get() == "v2")
        }
    }

    @Test("a strict health check refuses a status that another takes", arguments: [false, true])
    func strictHealth(isStrict: Bool) throws {
        try EnvironmentFixture.run(limits: EnvironmentSettings.Limits(start: isStrict ? 6 : 30)) {
            $0.healthPath = "/nowhere"
            $0.isHealthStrict = isStrict
        } _: { environment in
            let deployment = try environment.deployServer("v1")
            #expect(deployment.status == (isStrict ? .failed : .succeeded))
            #expect(deployment.reason?.contains("GET /nowhere is answered with status 404") ?? !isStrict)
        }
    }

    @Test("an application.py that defines `application` is served by WSGI")
    func application() throws {
        let code = """
            def application(environ, start_response):
                start_response("200 OK", [("Content-Type", "text/plain")])
                return [b"by WSGI " + environ["PATH_INFO"].encode()]
            if __name__ == "__main__":
                raise Exception("it must not be run as a script")
            """
        try EnvironmentFixture.run { environment throws in
            #expect(try environment.deploy("v1", ["application.py": code]).status == .succeeded)
            #expect(try environment.get("/some/path") == "by WSGI /some/path")
        }
    }

    @Test("an application.py without `application` is run as a script")
    func script() throws {
        try EnvironmentFixture.run { environment throws in
            let files = ["application.py": TestServer.program, "version": "a script"]
            #expect(try environment.deploy("v1", files).status == .succeeded)
            #expect(try environment.get() == "a script")
        }
    }

    @Test("a request that is put again with its id is the same request")
    func idempotent() throws {
        try EnvironmentFixture.run { environment in
            let first = try environment.deploy("v1", TestServer.bundle("v1"), by: "order")
            let pid = try environment.get("/pid")
            let again = try environment.deploy("v1", TestServer.bundle("v1"), by: "order")
            #expect(first == again)
            #expect(try environment.get("/pid") == pid)
        }
    }

    @Test("a request gives way to the next one, and waits for its turn where it is asked to")
    func overtaken() throws {
        try EnvironmentFixture.run { environment in
            let first = try environment.submit("v1", ["Procfile": "web: sleep 1000"])
            try eventually("it has begun") { try environment.report.state.deployment(number: first) != nil }
            #expect(throws: EnvironmentsError.self) {
                try environment.store.submit(
                    .deploy,
                    version: "v1",
                    id: "other",
                    provenance: DeploymentProvenance(),
                    to: EnvironmentFixture.name,
                    whenIdle: true
                )
            }
            #expect(try environment.deployServer("v2").status == .succeeded)
            let outcome = try environment.store.wait(for: first, of: EnvironmentFixture.name)
            #expect(outcome?.reason == "another request took its place")
        }
    }

    @Test("a deployment that is given up leaves what ran before")
    func withdrawn() throws {
        try EnvironmentFixture.run { environment in
            try environment.deployServer("v1")
            let pid = try environment.get("/pid")
            let number = try environment.submit("v2", ["Procfile": "web: sleep 1000"], by: "order")
            try environment.store.withdraw(id: "order", from: EnvironmentFixture.name)
            #expect(try environment.store.wait(for: number, of: EnvironmentFixture.name)?.status == .failed)
            try eventually("it has settled") { try environment.report.pending == nil }
            #expect(try environment.get("/pid") == pid)
            #expect(try environment.report.state.health == .green)
        }
    }
}
