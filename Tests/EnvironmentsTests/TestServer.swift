// SPDX-License-Identifier: Apache-2.0

/// A server in Python that answers with its version, and can behave badly.
enum TestServer {
    /// A bundle with it.
    static func bundle(_ version: String) -> [String: String] {
        ["Procfile": "web: python3 server.py\n", "server.py": program, "version": version]
    }

    static let program = """
        import json, os, signal, subprocess, sys, threading, time
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

        VERSION = open("version").read()

        class Server(ThreadingHTTPServer):
            request_queue_size = 1024

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *words):
                pass

            def answer(self, body):
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                if self.path == "/":
                    self.answer(VERSION.encode())
                elif self.path == "/pid":
                    self.answer(str(os.getpid()).encode())
                elif self.path == "/environment":
                    self.answer(json.dumps(dict(os.environ)).encode())
                elif self.path == "/slow":
                    time.sleep(1)
                    self.answer(VERSION.encode())
                elif self.path.startswith("/bytes/"):
                    left = int(self.path[7:])
                    self.send_response(200)
                    self.send_header("Content-Length", str(left))
                    self.end_headers()
                    block = bytes(range(251)) * 1000
                    while left > 0:
                        self.wfile.write(block[:left])
                        left -= len(block)
                elif self.path == "/chunks":
                    self.send_response(200)
                    self.send_header("Transfer-Encoding", "chunked")
                    self.end_headers()
                    for number in range(50):
                        text = b"%s %d\\n" % (VERSION.encode(), number)
                        self.wfile.write(b"%x\\r\\n%s\\r\\n" % (len(text), text))
                    self.wfile.write(b"0\\r\\n\\r\\n")
                elif self.path == "/family":
                    # A child in a session of its own that outlives its parent, and listens to nobody.
                    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(1000)"
                    subprocess.Popen(["sh", "-c", "setsid python3 -c '%s' & exit" % code]).wait()
                    self.answer(b"done")
                elif self.path == "/echo":
                    self.send_response(101)
                    self.send_header("Upgrade", "echo")
                    self.send_header("Connection", "Upgrade")
                    self.end_headers()
                    while True:
                        data = self.connection.recv(4096)
                        if not data:
                            break
                        self.connection.sendall(VERSION.encode() + b":" + data)
                    self.close_connection = True
                else:
                    self.send_error(404)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.answer(("%s %d" % (VERSION, len(body))).encode())

        Server(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
        """

    /// Asks over and over, with connections that are kept and with new ones, until a file appears; prints what it saw as
    /// JSON. It never tries a request twice.
    static let hammer = """
        import http.client, json, os, sys, threading, time
        port, stop, ready = int(sys.argv[1]), sys.argv[2], sys.argv[3]
        counts, failures, lock = {}, [], threading.Lock()
        def note(text, failure=None):
            with lock:
                if failure:
                    failures.append(failure)
                else:
                    counts[text] = counts.get(text, 0) + 1
        def ask(connection, kind, number):
            if kind == "post":
                connection.request("POST", "/", b"x" * 70000)
            else:
                connection.request("GET", "/chunks" if kind == "chunks" else "/")
            answer = connection.getresponse()
            body = answer.read().decode()
            if answer.status != 200:
                raise Exception("status %d" % answer.status)
            note(body.split()[0])
        def work(kind, keeps, pause):
            connection, number = None, 0
            while not os.path.exists(stop):
                try:
                    if connection is None:
                        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                    connection.auto_open = connection.sock is None
                    ask(connection, kind, number)
                except Exception as error:
                    note("", "%s %s after %d: %r" % (kind, keeps, number, error))
                    connection = None
                number += 1
                if not keeps and connection is not None:
                    connection.close()
                    connection = None
                if number == 5:
                    open("%s.%s.%s.%s" % (ready, kind, keeps, pause), "w").close()
                time.sleep(pause)
        kinds = [("get", True, 0), ("get", False, 0), ("chunks", True, 0), ("post", True, 0), ("get", True, 0.05),
                 ("post", False, 0.01)]
        threads = [threading.Thread(target=work, args=kind) for kind in kinds]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        print(json.dumps({"counts": counts, "failures": failures}))
        """
}
