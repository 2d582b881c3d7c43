"""What is around a container: names, the endpoint, and a sender. Each on loopback."""

import socket
import struct
import threading
import time


class Names:
    """A name server at 127.0.0.1:53 that knows these names, all of them at 127.0.0.1."""

    def __init__(self, *names):
        self.names, self.asked = {name.lower() for name in names}, []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            question, sender = self.socket.recvfrom(4096)
            self.socket.sendto(self.answer(question), sender)

    def answer(self, question):
        labels, at = [], 12
        while length := question[at]:
            labels.append(question[at + 1 : at + 1 + length].decode())
            at += 1 + length
        name, end = ".".join(labels).lower(), at + 5
        (kind,) = struct.unpack(">H", question[at + 1 : at + 3])
        self.asked.append(name)
        is_known = name in self.names
        has_address = is_known and kind == 1
        # An answer to a recursive question: no error, or no such name.
        head = question[:2] + struct.pack(">HHHHH", 0x8180 if is_known else 0x8183, 1, has_address, 0, 0)
        address = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 5, 4) + socket.inet_aton("127.0.0.1")
        return head + question[12:end] + (address if has_address else b"")


class Endpoint:
    """Answers each event with 200, and keeps its body. While it is told to wait, it waits."""

    def __init__(self, port):
        self.bodies, self.go_on = [], threading.Event()
        self.go_on.set()
        self.socket = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            connection, _ = self.socket.accept()
            threading.Thread(target=self.answer, args=(connection,), daemon=True).start()

    def answer(self, connection):
        with connection, connection.makefile("rb") as lines:
            while head := b"".join(iter(lines.readline, b"\r\n")) if lines.peek(1) else b"":
                fields = dict(line.lower().split(b":", 1) for line in head.splitlines()[1:])
                self.bodies.append(lines.read(int(fields.get(b"content-length", 0))).decode())
                self.go_on.wait()
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


def ask(port, path="/", body=None, host="127.0.0.1", fields=""):
    """The status of the answer, and its body; 0 where nobody listens."""
    method = "GET" if body is None else "POST"
    length = "" if body is None else f"Content-Length: {len(body)}\r\n"
    head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{length}{fields}Connection: close\r\n\r\n"
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall((head + (body or "")).encode())
            answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    except ConnectionRefusedError:
        return 0, ""
    head, _, told = answer.partition("\r\n\r\n")
    return int(head.split()[1]), told


def event(kind):
    return f'{{"id":"evt_{time.monotonic_ns()}","type":"{kind}"}}'
