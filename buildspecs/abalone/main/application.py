# SPDX-License-Identifier: Apache-2.0
"""Serves the age calculator.

    GET  /          which model this is, and how good
    GET  /health    200 when predictions can be made
    POST /predict   {"sex": "M", "length": 0.455, …}  ->  {"rings": 9.1, "age": 10.6}
"""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import abalone
import model

FOLDER = os.path.dirname(os.path.abspath(__file__))
MODEL = model.Committee.load(os.path.join(FOLDER, "model.json"))
with open(os.path.join(FOLDER, "evaluation.json"), encoding="utf-8") as file:
    RMSE = json.load(file)["regression_metrics"]["rmse"]["value"]


def predict(measurements):
    """The rings and the age of one animal; DataError when a measurement is missing or is none."""
    missing = [column for column in abalone.COLUMNS[:8] if column not in measurements]
    if missing:
        raise abalone.DataError("missing: " + ", ".join(missing))
    row = abalone.parse_row([str(measurements[column]) for column in abalone.COLUMNS[:8]] + ["0"], "request")
    rings = MODEL.predict(row)
    return {"rings": round(rings, 2), "age": round(rings + 1.5, 2)}


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
        if self.path == "/health":
            return self.answer(200, {"status": "ok"})
        if self.path == "/":
            kinds = sorted({member.kind for member in MODEL.members})
            return self.answer(200, {"stage": os.environ.get("STAGE", ""), "model": kinds, "rmse": RMSE})
        return self.answer(404, {"error": "not found: try POST /predict"})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path != "/predict":
            return self.answer(404, {"error": "not found: try POST /predict"})
        try:
            return self.answer(200, predict(json.loads(body)))
        except (abalone.DataError, ValueError, TypeError) as error:
            return self.answer(400, {"error": str(error)})


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8000"))), Handler).serve_forever()
