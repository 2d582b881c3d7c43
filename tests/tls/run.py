#!/usr/bin/env python3
"""What is accepted by TLS, seen from outside: a scan of versions and cipher suites by hand-made hellos, OpenSSL and curl.

    tests/tls/run.py [--binary target/debug/hooksieve]

Needs Python 3.11, openssl and curl. Everything is on loopback. Prints what is accepted, and fails if that is anything
else than what docs/security.md says.
"""

import argparse
import http.server
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
VERSIONS = {0x0300: "SSL 3.0", 0x0301: "TLS 1.0", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"}
# Each suite that is meant to be accepted, by its number (IANA).
SUITES_1_2 = {
    0xC02B: "ECDHE-ECDSA-AES128-GCM-SHA256",
    0xC02C: "ECDHE-ECDSA-AES256-GCM-SHA384",
    0xC02F: "ECDHE-RSA-AES128-GCM-SHA256",
    0xC030: "ECDHE-RSA-AES256-GCM-SHA384",
    0xCCA8: "ECDHE-RSA-CHACHA20-POLY1305",
    0xCCA9: "ECDHE-ECDSA-CHACHA20-POLY1305",
}
SUITES_1_3 = {0x1301: "AES128-GCM-SHA256", 0x1302: "AES256-GCM-SHA384", 0x1303: "CHACHA20-POLY1305-SHA256"}
# All numbers that have ever been given to a suite, and those around them.
ALL = [*range(0x0000, 0x0100), 0x5600, *range(0x1300, 0x1308), *range(0xC000, 0xC0B8), *range(0xCCA8, 0xCCB0),
       *range(0xD000, 0xD006)]
NO_SUITE = {0x00FF, 0x5600}


def extension(kind, content):
    return struct.pack("!HH", kind, len(content)) + content


def vector(size, content):
    return len(content).to_bytes(size, "big") + content


def hello(version, suites, *, compression=b"\0", extensions=b""):
    """A ClientHello in one record."""
    groups = vector(2, struct.pack("!3H", 0x001D, 0x0017, 0x0018))
    signatures = vector(2, struct.pack("!10H", 0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0201))
    body = extension(0, vector(2, b"\0" + vector(2, b"localhost"))) + extension(10, groups) + extension(11, b"\1\0")
    body += extension(13, signatures)
    if version == 0x0304:
        share = struct.pack("!H", 0x001D) + vector(2, os.urandom(31) + b"\x40")
        body += extension(43, vector(1, struct.pack("!H", version))) + extension(51, vector(2, share))
    message = struct.pack("!H", min(version, 0x0303)) + os.urandom(32) + vector(1, b"")
    message += vector(2, b"".join(struct.pack("!H", suite) for suite in suites)) + vector(1, compression)
    if version > 0x0300:
        message += vector(2, body + extensions)
    handshake = b"\1" + vector(3, message)
    return b"\x16" + struct.pack("!H", max(0x0300, min(version, 0x0301))) + vector(2, handshake)


def said(port, record):
    """What a server says to a hello: ("alert", number), ("hello", version, suite, compression), or ("end",)."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as stream:
        stream.sendall(record)
        answer = b""
        while len(answer) < 5 or len(answer) < 5 + int.from_bytes(answer[3:5], "big"):
            try:
                more = stream.recv(65536)
            except ConnectionResetError:
                more = b""
            if not more:
                return ("end",)
            answer += more
    if answer[0] == 0x15:
        return ("alert", answer[6])
    assert answer[0] == 0x16 and answer[5] == 2, answer[:16].hex()
    version = int.from_bytes(answer[9:11], "big")
    at = 11 + 32
    at += 1 + answer[at]
    suite = int.from_bytes(answer[at:at + 2], "big")
    compression = answer[at + 2]
    rest = answer[at + 5:]
    while len(rest) >= 4:
        kind, length = struct.unpack("!HH", rest[:4])
        if kind == 43:
            version = int.from_bytes(rest[4:6], "big")
        rest = rest[4 + length:]
    return ("hello", version, suite, compression)


def scan(port):
    """The suites that are accepted, by version."""
    accepted = {}
    for version in VERSIONS:
        for suite in ALL:
            answer = said(port, hello(version, [suite]))
            if answer[0] == "hello":
                assert answer[1] == version and answer[2] == suite, answer
                assert answer[3] == 0, "compression"
                accepted.setdefault(version, set()).add(suite)
    return accepted


def shell(*command, given=b"", timeout=20):
    done = subprocess.run(command, input=given, capture_output=True, timeout=timeout)
    return done.returncode, (done.stdout + done.stderr).decode(errors="replace")


def openssl(port, *options, given=b""):
    return shell("openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "localhost", *options, given=given)


def pair(directory, name, *kind):
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    code, told = shell("openssl", "req", "-x509", "-nodes", "-newkey", *kind, "-keyout", f"{directory}/{name}.key", "-out",
                       f"{directory}/{name}.pem", "-days", "30", "-subj", f"/CN={name}", "-addext", names)
    assert code == 0, told


class Endpoint(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    do_GET = do_POST

    def log_message(self, *_):
        pass


def start(binary, directory, upstream):
    """hooksieve on a free port, with two certificates for one name: ECDSA and RSA."""
    config = Path(directory, "config.toml")
    config.write_text(f'listen = "127.0.0.1:0"\nupstream = "http://127.0.0.1:{upstream}"\n[tls]\n'
                      'cert = ["ec.pem", "rsa.pem"]\nkey = ["ec.key", "rsa.key"]\n[filter]\ndeny = ["batch.*"]\n')
    log = open(Path(directory, "log"), "w+")
    process = subprocess.Popen([binary], cwd=directory, stdout=log, stderr=subprocess.STDOUT)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for line in Path(directory, "log").read_text().splitlines():
            if '"ready"' in line:
                return process, int(line.split('"listen":"127.0.0.1:')[1].split('"')[0])
        time.sleep(0.02)
    raise SystemExit(Path(directory, "log").read_text())


def check_scan(port):
    accepted = scan(port)
    for version, suites in accepted.items():
        known = SUITES_1_3 if version == 0x0304 else SUITES_1_2
        print(f"{VERSIONS[version]}: {', '.join(known.get(suite, hex(suite)) for suite in sorted(suites))}")
    assert accepted == {0x0303: set(SUITES_1_2), 0x0304: set(SUITES_1_3)}, accepted
    old = said(port, hello(0x0302, list(SUITES_1_2)))
    assert old == ("alert", 70), f"an old version is told by protocol_version: {old}"
    weak = said(port, hello(0x0303, [0x002F, 0x000A, 0x0005]))
    assert weak == ("alert", 40), f"weak suites are told by handshake_failure: {weak}"
    both = said(port, hello(0x0303, list(SUITES_1_2), compression=b"\1\0"))
    assert both[0] == "hello" and both[3] == 0, f"compression is not chosen: {both}"
    only = said(port, hello(0x0303, list(SUITES_1_2), compression=b"\1"))
    assert only[0] != "hello", f"only compression is refused: {only}"
    ssl_2 = said_to_ssl_2(port)
    assert ssl_2 in (("end",), ("alert", 10), ("alert", 50), ("alert", 70)), ssl_2
    print("refused: SSL 2.0, SSL 3.0, TLS 1.0, TLS 1.1, every other suite, compression")


def said_to_ssl_2(port):
    hello = b"\1\0\2\0\3\0\0\0\x10\1\0\x80" + os.urandom(16)
    return said(port, struct.pack("!H", 0x8000 | len(hello)) + hello)


def check_openssl(port, directory):
    request = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    for version, name in (("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")):
        code, told = openssl(port, version, "-CAfile", f"{directory}/ec.pem", "-verify_return_error", "-ign_eof", given=request)
        assert code == 0 and name in told and "200 OK" in told, told
        assert "Verify return code: 0 (ok)" in told, told
        assert "Compression: NONE" in told, told
    for version in ("-tls1", "-tls1_1"):
        code, told = openssl(port, version, "-cipher", "ALL:@SECLEVEL=0")
        assert code != 0 and "Cipher is (NONE)" in told, told
    # It asks for a renegotiation, and is told that there is none.
    _, told = openssl(port, "-tls1_2", given=b"R\n")
    assert "RENEGOTIATING" in told and "no renegotiation" in told, told
    assert "Secure Renegotiation IS supported" in openssl(port, "-tls1_2")[1]
    code, told = openssl(port, "-alpn", "h2,http/1.1")
    assert "ALPN protocol: http/1.1" in told, told
    code, told = openssl(port, "-alpn", "h2")
    assert code != 0 and "no application protocol" in told, told
    check_resumption(port, directory)
    # Each is shown the certificate that it can verify.
    for signature, kind in (("ECDSA+SHA256", "CN = ec"), ("RSA+SHA256", "CN = rsa")):
        _, told = openssl(port, "-tls1_2", "-sigalgs", signature)
        assert kind in told, told
    print("openssl: TLS 1.2 and 1.3, resumption, no renegotiation, no early data, ALPN http/1.1, RSA and ECDSA")


def check_resumption(port, directory):
    for version in ("-tls1_2", "-tls1_3"):
        session = f"{directory}/session"
        request = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        _, told = openssl(port, version, "-sess_out", session, "-ign_eof", given=request)
        assert "New, " in told, told
        _, told = openssl(port, version, "-sess_in", session, "-ign_eof", given=request)
        assert "Reused, " in told, told
        early = Path(directory, "early")
        early.write_bytes(request)
        if version == "-tls1_3":
            _, told = openssl(port, version, "-sess_in", session, "-early_data", str(early))
            assert "Early data was accepted" not in told, told
            _, told = shell("openssl", "sess_id", "-in", session, "-noout", "-text")
            assert "Max Early Data: 0" in told or "Max Early Data" not in told, told


def check_curl(port, directory):
    url = f"https://localhost:{port}/hook"
    for options in (["--tlsv1.2", "--tls-max", "1.2"], ["--tlsv1.3"], ["--http2"], ["--http1.1"]):
        code, told = shell("curl", "-sS", "--cacert", f"{directory}/ec.pem", *options, "-d", '{"type":"a"}', "-w",
                           " %{http_code} %{http_version} %{ssl_verify_result}", url)
        assert (code, told) == (0, "ok 200 1.1 0"), (options, told)
    code, told = shell("curl", "-sS", "--cacert", f"{directory}/ec.pem", "-d", '{"type":"batch.x"}', "-w", "%{http_code}", url)
    assert (code, told) == (0, "200"), told
    code, told = shell("curl", "-sS", "-w", "%{http_code}", url.replace("https", "http"))
    assert "400" in told and "https://" in told, told
    code, told = shell("curl", "-sS", url)
    assert code == 60, f"who does not believe the certificate says so: {told}"
    # Events one after another on one connection.
    code, told = shell("curl", "-sS", "--cacert", f"{directory}/ec.pem", "-w", "%{num_connects} ", url, url, url, "-o",
                       "/dev/null", "-o", "/dev/null", "-o", "/dev/null")
    assert (code, told) == (0, "1 0 0 "), told
    print("curl: HTTP/1.1 by TLS 1.2 and 1.3, also where it would like HTTP/2; keep-alive; a plain request is told")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=HERE.parent.parent / "target/debug/hooksieve")
    binary = Path(parser.parse_args().binary).resolve()
    endpoint = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=endpoint.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as directory:
        pair(directory, "ec", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
        pair(directory, "rsa", "rsa:2048")
        process, port = start(binary, directory, endpoint.server_address[1])
        try:
            check_scan(port)
            check_openssl(port, directory)
            check_curl(port, directory)
            time.sleep(0.1)
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(timeout=40)
        log = Path(directory, "log").read_text()
    assert code == 0, log
    assert "panicked" not in log, log
    assert '"level":"error"' not in log, log
    print("ok")


if __name__ == "__main__":
    sys.exit(main())
