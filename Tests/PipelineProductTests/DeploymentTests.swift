// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Numbers in brackets are those of the acceptance tests of the pipeline reference.
@Suite("Deployments", .scratchDirectory, .timeLimit(.minutes(40)))
struct DeploymentTests {
    private let server = """
        import http.server, os
        class H(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_GET(self):
                body = open("version.txt", "rb").read()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def log_message(self, *a): pass
        http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), H).serve_forever()
        """

    private func push(_ git: GitFixture, _ version: String, application: String? = nil) throws {
        try git.write("application.py", application ?? server)
        try git.write("Procfile", "web: python3 application.py\n")
        try git.write("version.txt", version)
        try git.commit(version)
        try git.push("HEAD:main")
    }

    private func get(_ url: String) throws -> String {
        try Program.run("curl", ["-sS", "--max-time", "20", url], environment: Program.path).output
    }

    private func url(_ daemon: DaemonFixture, _ environment: String) throws -> String {
        let text = try daemon.nacre("env", "list").output
        let word = text.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("http://") }
        return String(try #require(word, "\(text)"))
    }

    @Test(
        "[17, 20] a bundle serves on the environment's port, a second one takes its place, a broken one leaves it, a rollback brings the first back"
    )
    func environment() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            try daemon.define(
                Definition(
                    "line",
                    [("Source", [Definition.source()]), ("Deploy", [Definition.deploy("Stage", environment: "stage")])]
                )
            )
            defer { _ = try? daemon.nacre("env", "stop", "stage") }
            try push(git, "one")
            #expect(try daemon.over("line/1").status == "Succeeded")
            let address = try url(daemon, "stage")
            #expect(try get(address) == "one")
            try push(git, "two")
            #expect(try daemon.over("line/2").status == "Succeeded")
            #expect(try get(address) == "two")
            try push(git, "three", application: "import sys; sys.exit('no model in the bundle')")
            let failed = try daemon.over("line/3")
            #expect(failed.status == "Failed")
            #expect(failed.action("Stage")?.problem.contains("no model in the bundle") ?? false, "\(failed)")
            #expect(try get(address) == "two")
            let rollback = try daemon.nacre("pipeline", "rollback", "line", "--stage", "Deploy", "--to", "line/1")
            #expect(rollback.status == 0, "\(rollback)")
            let execution = try daemon.over("line/4")
            #expect(execution.status == "Succeeded")
            #expect(execution.pipelineExecution.executionType == "ROLLBACK")
            #expect(execution.action("Source") == nil)
            #expect(try get(address) == "one")
            let blame = try daemon.nacre("blame", "stage")
            #expect(blame.status == 0 && blame.output.contains("line/"), "\(blame)")
        }
    }

    @Test("an environment serves on while the daemon is away, and is served again by the next one")
    func daemonAway() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            try daemon.define(
                Definition(
                    "line",
                    [("Source", [Definition.source()]), ("Deploy", [Definition.deploy("Stage", environment: "stage")])]
                )
            )
            defer { _ = try? daemon.nacre("env", "stop", "stage") }
            try push(git, "one")
            #expect(try daemon.over("line/1").status == "Succeeded")
            let address = try url(daemon, "stage")
            try daemon.stop(SIGKILL)
            #expect(try get(address) == "one")
            try daemon.start()
            try push(git, "two")
            #expect(try daemon.over("line/2").status == "Succeeded")
            #expect(try get(address) == "two")
        }
    }
}
