"""What hooksieve makes of the documents, by the real binary between this and an endpoint that answers 200."""

import http.client
import http.server
import json
import subprocess
import tempfile
import threading
from pathlib import Path

from documents import ALLOWED, DENIED

RULES = {"deny": f'deny = ["{DENIED}"]', "allow": f'allow = ["{ALLOWED}"]'}
DROPPED = 299
VERDICTS = {200: "forward", DROPPED: "drop", 422: "unreadable", 415: "unreadable"}


class _Endpoint(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments):
        pass


def verdicts(binary, documents):
    """A dictionary for each document: the verdict by each of the RULES."""
    endpoint = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Endpoint)
    threading.Thread(target=endpoint.serve_forever, daemon=True).start()
    found = [{} for _ in documents]
    try:
        for rule in RULES:
            for key in {document.key for document in documents}:
                those = [at for at, document in enumerate(documents) if document.key == key]
                told = _ask(binary, endpoint.server_port, rule, key, [documents[at] for at in those])
                for at, verdict in zip(those, told):
                    found[at][rule] = verdict
    finally:
        endpoint.shutdown()
    return found


def _ask(binary, upstream, rule, key, documents):
    config = f"""
listen = "127.0.0.1:0"
upstream = "http://127.0.0.1:{upstream}"
filter = {{ type = "{key}", unreadable = "reject", {RULES[rule]} }}
drop = {{ status = {DROPPED} }}
log = {{ format = "json" }}
"""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "config.toml"
        path.write_text(config)
        with subprocess.Popen([binary, "--config", path], stdout=subprocess.PIPE, text=True) as process:
            try:
                lines = map(json.loads, process.stdout)
                ready = next(line for line in lines if line["message"] == "ready")
                return [_verdict(ready["listen"], document) for document in documents]
            finally:
                process.terminate()
                process.stdout.read()


def _verdict(address, document):
    connection = http.client.HTTPConnection(address, timeout=10)
    connection.request("POST", "/", document.body, {"Content-Type": document.content_type})
    status = connection.getresponse().status
    connection.close()
    return VERDICTS[status]
