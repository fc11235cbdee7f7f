# SPDX-License-Identifier: Apache-2.0
"""Says which bird it is.

    GET  /          the birds that it knows, and the version of its model
    POST /classify  {"wing": 128, "bill": 25, "tail": 108, "weight": 95}  ->  {"bird": "blackbird", "certainty": 0.99}
"""

import json
import math
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FOLDER = os.path.dirname(os.path.abspath(__file__))


def load(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return file.read()


MODEL = json.loads(load("model.json"))


def classify(sizes):
    """The likeliest bird, every measurement taken as normal and independent."""
    logs = {}
    for bird, parts in MODEL.items():
        logs[bird] = 0.0
        for name, part in parts.items():
            distance = (float(sizes[name]) - part["mean"]) / part["deviation"]
            logs[bird] -= distance * distance / 2 + math.log(part["deviation"])
    best = max(logs, key=logs.get)
    certainty = 1 / sum(math.exp(max(value - logs[best], -700.0)) for value in logs.values())
    return {"bird": best, "certainty": round(certainty, 4)}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, value):
        body = (json.dumps(value) + "\n").encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path != "/":
            return self.answer(404, {"error": "not found: try POST /classify"})
        return self.answer(200, {"birds": sorted(MODEL), "model": load("model-version.txt").strip()})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path != "/classify":
            return self.answer(404, {"error": "not found: try POST /classify"})
        try:
            return self.answer(200, classify(json.loads(body)))
        except KeyError as error:
            return self.answer(400, {"error": "missing: %s" % error.args[0]})
        except (ValueError, TypeError) as error:
            return self.answer(400, {"error": str(error)})


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "5000"))), Handler).serve_forever()
