// SPDX-License-Identifier: Apache-2.0

import Environments
import Foundation
import Processes
import TestSupport
import Testing

@Suite("The proxy of an environment", .scratchDirectory, .timeLimit(.minutes(40)))
struct ProxyTests {
    /// Runs a client in Python, with `port` and a connected socket `s`.
    private func client(_ environment: EnvironmentFixture, _ code: String) throws -> String {
        let head = """
            import hashlib, os, socket, sys, time
            port = \(environment.port)
            def connect():
                return socket.create_connection(("127.0.0.1", port), timeout=60)
            def rest(s):
                data = b""
                while True:
                    block = s.recv(65536)
                    if not block: return data
                    data += block
            s = connect()

            """
        return try EnvironmentFixture.python(head + code)
    }

    @Test("a huge response goes to a slow client whole, and takes no memory")
    func hugeResponse() throws {
        try EnvironmentFixture.run { environment in
            try environment.deployServer("v1")
            let pid = try environment.owner().pid
            let text = try client(
                environment,
                """
                size = 100_000_000
                s.sendall(b"GET /bytes/%d HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n" % size)
                data = b""
                while b"\\r\\n\\r\\n" not in data: data += s.recv(1000)
                body = data.split(b"\\r\\n\\r\\n", 1)[1]
                digest, count = hashlib.sha256(body), len(body)
                time.sleep(1)
                for line in open("/proc/\(pid)/status"):
                    if line.startswith("VmRSS"): memory = int(line.split()[1])
                while True:
                    block = s.recv(1 << 20)
                    if not block: break
                    digest.update(block)
                    count += len(block)
                block = bytes(range(251)) * 1000
                expected, left = hashlib.sha256(), size
                while left > 0:
                    expected.update(block[:left])
                    left -= len(block)
                print(count == size, digest.digest() == expected.digest(), memory < 60_000, memory if memory >= 60_000 else "")
                """
            )
            #expect(text == "True True True ")
        }
    }

    @Test("a client that has ended its side still gets the answer")
    func halfClosed() throws {
        try EnvironmentFixture.run { environment in
            try environment.deployServer("v1")
            let text = try client(
                environment,
                """
                s.sendall(b"GET /slow HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
                s.shutdown(socket.SHUT_WR)
                data = rest(s)
                print(data.startswith(b"HTTP/1.1 200"), data.endswith(b"\\r\\n\\r\\nv1"))
                """
            )
            #expect(text == "True True")
        }
    }

    @Test("requests that are sent without waiting for answers are answered in order")
    func pipelined() throws {
        try EnvironmentFixture.run { environment in
            try environment.deployServer("v1")
            let text = try client(
                environment,
                """
                one = b"GET /%s HTTP/1.1\\r\\nHost: x\\r\\n%s\\r\\n"
                s.sendall(b"".join([one % (b"", b""), one % (b"chunks", b""), one % (b"", b"Connection: close\\r\\n")]))
                data = rest(s)
                print(data.count(b"HTTP/1.1 200"), b"v1 49" in data, data.endswith(b"v1"))
                """
            )
            #expect(text == "3 True True")
        }
    }

    @Test("a connection that has become another protocol stays with its instance until the limit, then it is closed")
    func upgraded() throws {
        try EnvironmentFixture.run(limits: EnvironmentSettings.Limits(start: 30, stop: 5, drain: 3)) { environment in
            try environment.deployServer("v1")
            let go = "\(ScratchDirectory.path)/go"
            let code = """
                import os, socket, time
                s = socket.create_connection(("127.0.0.1", \(environment.port)), timeout=60)
                s.sendall(b"GET /echo HTTP/1.1\\r\\nHost: x\\r\\nUpgrade: echo\\r\\nConnection: Upgrade\\r\\n\\r\\n")
                data = b""
                while b"\\r\\n\\r\\n" not in data: data += s.recv(1000)
                s.sendall(b"one")
                print(s.recv(1000).decode(), flush=True)
                while not os.path.exists("\(go)"): time.sleep(0.01)
                s.sendall(b"two")
                print(s.recv(1000).decode(), flush=True)
                print("end" if s.recv(1000) == b"" else "more", flush=True)
                """
            let client = try BackgroundProgram(
                "/bin/sh",
                ["-c", "exec python3 -c \"$0\"", code],
                environment: Program.path,
                name: "client"
            )
            try eventually("it is connected; \(client.errors)") { client.output == "v1:one\n" }
            try environment.deployServer("v2")
            #expect(try environment.get() == "v2")
            try EnvironmentFixture.touch(go)
            #expect(try client.wait() == 0, "\(client.errors)")
            #expect(client.output == "v1:one\nv1:two\nend\n")
            try eventually("the old instance is gone") {
                Set(try environment.processes().map { getsid($0) }).count == 1
            }
        }
    }

    @Test("a kept connection is moved to the next version between two requests")
    func movesKeptConnections() throws {
        try EnvironmentFixture.run { environment in
            try environment.deployServer("v1")
            let go = "\(ScratchDirectory.path)/go"
            let code = """
                import http.client, os, time
                c = http.client.HTTPConnection("127.0.0.1", \(environment.port), timeout=60)
                def ask():
                    c.request("GET", "/")
                    print(c.getresponse().read().decode(), c.sock.getsockname()[1] == first, flush=True)
                c.connect()
                c.auto_open = False
                first = c.sock.getsockname()[1]
                ask()
                while not os.path.exists("\(go)"): time.sleep(0.01)
                ask()
                """
            let client = try BackgroundProgram(
                "/bin/sh",
                ["-c", "exec python3 -c \"$0\"", code],
                environment: Program.path,
                name: "client"
            )
            try eventually("it has asked; \(client.errors)") { client.output == "v1 True\n" }
            try environment.deployServer("v2")
            try EnvironmentFixture.touch(go)
            #expect(try client.wait() == 0, "\(client.errors)")
            #expect(client.output == "v1 True\nv2 True\n")
        }
    }

    @Test("a thousand connections at once are served")
    func manyConnections() throws {
        try EnvironmentFixture.run { environment in
            try environment.deployServer("v1")
            let text = try client(
                environment,
                """
                import resource
                resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
                all = [connect() for _ in range(1000)]
                for one in all: one.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
                print(sum(rest(one).endswith(b"v1") for one in all))
                """
            )
            #expect(text == "1000")
        }
    }

    @Test("where nothing runs, a client is told so")
    func nothingRuns() throws {
        try EnvironmentFixture.run { environment in
            #expect(try environment.deploy("v1", ["Procfile": "web: exit 1"]).status == .failed)
            let text = try client(
                environment,
                """
                s.sendall(b"GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
                print(rest(s).split(b"\\r\\n")[0].decode())
                """
            )
            #expect(text == "HTTP/1.1 503 Service Unavailable")
        }
    }

    @Test("an environment at rest takes no processor time and little memory")
    func idle() throws {
        try EnvironmentFixture.run { environment in
            try environment.deployServer("v1")
            let pid = try environment.owner().pid
            func switches() throws -> Int {
                let text = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
                let line = text.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches") }
                return line.flatMap { Int($0.split(separator: "\t")[1]) } ?? -1
            }
            // What the deployment has left to do is done.
            var last = -1
            try eventually("it rests") {
                let before = last
                last = try switches()
                usleep(300_000)
                return last == before
            }
        }
    }
}
