// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// A small HTTP server on the loopback interface that keeps what is posted to it.
final class WebhookServer {
    private static let script = """
        import http.server, sys
        folder, failures = sys.argv[1], int(sys.argv[2])
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                global failures
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if failures > 0:
                    failures -= 1
                    self.send_error(500)
                    return
                if self.headers["Content-Type"] != "application/json" or self.path != "/token":
                    self.send_error(400)
                    return
                with open(folder + "/posted", "ab") as file:
                    file.write(body.strip() + b"\\n")
                self.send_response(200)
                self.end_headers()
            def log_message(self, *arguments):
                pass
        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        with open(folder + "/port.new", "w") as file:
            file.write(str(server.server_port))
        import os
        os.rename(folder + "/port.new", folder + "/port")
        server.serve_forever()
        """

    private let folder: String
    private let program: BackgroundProgram
    let address: String

    /// * `failures`: how many requests are answered by 500 before the first good answer.
    init(in folder: String, failures: Int = 0) throws {
        self.folder = folder
        program = try BackgroundProgram(
            "/usr/bin/env",
            ["python3", "-c", Self.script, folder, String(failures)],
            environment: Program.path,
            in: folder,
            files: folder,
            name: "webhook"
        )
        var port = ""
        try eventually("the server has a port") {
            port = String(decoding: FileManager.default.contents(atPath: "\(folder)/port") ?? Data(), as: UTF8.self)
            return !port.isEmpty
        }
        address = "http://127.0.0.1:\(port)/token"
    }

    /// What was taken, oldest first.
    func bodies() throws -> [String] {
        let data = FileManager.default.contents(atPath: "\(folder)/posted") ?? Data()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    func stop() {
        program.signal(SIGKILL)
        _ = try? program.wait()
    }
}
