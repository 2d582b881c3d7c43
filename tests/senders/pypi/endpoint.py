"""The endpoint behind hooksieve: has each event verified as the sender's SDK does it."""

import gzip
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from sender import Request

# What the sender of a verified event is told.
VERIFIED = "verified by the endpoint"


def start(senders):
    """Starts it on a free port, as a server whose `arrived` holds each request's header fields and body."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.senders = {sender.name: sender for sender in senders}
    server.arrived = []
    Thread(target=server.serve_forever, daemon=True).start()
    return server


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # An answer goes out in one piece.
    wbufsize = -1

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.arrived.append((self.headers, body))
        sender = self.server.senders[self.path.split("/")[1]]
        status, text = answer(sender, f"https://{self.headers['Host']}{self.path}", self.headers, body)
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


def answer(sender, url, headers, body):
    zipped = headers["Content-Encoding"] == "gzip" and not sender.bytes
    request = Request(url, gzip.decompress(body) if zipped else body, headers=headers)
    try:
        if sender.verify(request):
            return 200, VERIFIED.encode()
        return 400, b"the signature does not fit"
    # Each SDK refuses in a way of its own.
    except Exception as error:
        return 400, repr(error).encode()
