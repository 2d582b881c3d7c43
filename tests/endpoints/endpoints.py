"""Real endpoints, each with few workers, so that a connection which keeps one shows."""

import sys
from pathlib import Path
from typing import NamedTuple

PUMA = "run ->(env) { env['rack.input'].read; [200, { 'Content-Type' => 'text/plain' }, [\"received\\n\"]] }\n"

WEBRICK = """\
require 'webrick'
server = WEBrick::HTTPServer.new(BindAddress: '127.0.0.1', Port: {port}, AccessLog: [],
                                 Logger: WEBrick::Log.new('webrick.log'))
server.mount_proc('/') {{ |request, answer| request.body; answer.body = "received\\n" }}
trap('TERM') {{ server.shutdown }}
server.start
"""

APACHE = """\
ServerName localhost
Listen 127.0.0.1:{port}
LoadModule mpm_prefork_module /usr/lib/apache2/modules/mod_mpm_prefork.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
PidFile {directory}/apache.pid
DefaultRuntimeDir {directory}
ErrorLog {directory}/apache.log
DocumentRoot {directory}/public
User www-data
Group www-data
KeepAliveTimeout 5
{limits}
"""

GUNICORN = """\
def app(environ, start_response):
    environ['wsgi.input'].read()
    start_response('200 OK', [('Content-Type', 'text/plain'), ('Content-Length', '9')])
    return [b'received\\n']
"""

# Its head and its body are two writes, and nothing switches off Nagle's algorithm.
PYTHON = """\
from http.server import {server} as Server, BaseHTTPRequestHandler


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_POST(self):
        self.rfile.read(int(self.headers['Content-Length']))
        self.send_response(200)
        self.send_header('Content-Length', '9')
        self.end_headers()
        self.wfile.write(b'received\\n')

    def log_message(self, *_):
        pass


Server.request_queue_size = 128
Server(('127.0.0.1', {port}), Handler).serve_forever()
"""

NGINX = """\
daemon off; worker_processes 1; pid {directory}/nginx.pid; error_log {directory}/nginx.log;
events {{ worker_connections 1024; }}
http {{ access_log off; client_body_temp_path {directory}/body;
server {{ listen 127.0.0.1:{port}; location / {{ return 200 "received\\n"; }} }} }}
"""


class Endpoint(NamedTuple):
    """How to write the files of an endpoint, and how to start it; both may name `port` and `directory`."""

    files: dict
    argv: list

    def prepare(self, directory, port):
        """Writes its files, and gives its command."""
        for name, text in self.files.items():
            path = Path(directory, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text.format(port=port, directory=directory) if name != "config.ru" else text)
        return [part.format(port=port, directory=directory) for part in self.argv]


def puma(threads):
    return Endpoint({"config.ru": PUMA}, ["puma", "-q", "-t", threads, "-b", "tcp://127.0.0.1:{port}", "config.ru"])


def apache(limits):
    files = {"apache.conf": APACHE.replace("{limits}", limits), "public/webhook": "received\n"}
    return Endpoint(files, ["apache2", "-f", "{directory}/apache.conf", "-DFOREGROUND"])


def python(server):
    return Endpoint({"endpoint.py": PYTHON.replace("{server}", server)}, [sys.executable, "endpoint.py"])


ENDPOINTS = {
    # Stays with a connection for 200 ms after an answer.
    "puma -t 5:5": puma("5:5"),
    "puma -t 1:1": puma("1:1"),
    # A process stays with a connection until it is closed. The first starts more when all are taken, one a second.
    "apache prefork": apache(""),
    "apache prefork, 5 at most": apache("StartServers 5\nServerLimit 5\nMaxRequestWorkers 5"),
    # A thread for each connection, and answers in two writes.
    "webrick": Endpoint({"endpoint.rb": WEBRICK}, ["ruby", "endpoint.rb"]),
    "http.server, threads": python("ThreadingHTTPServer"),
    # Stays with its one connection until it is closed.
    "http.server": python("HTTPServer"),
    # Closes behind each answer.
    "gunicorn sync": Endpoint(
        {"endpoint.py": GUNICORN}, ["gunicorn", "-w", "2", "-b", "127.0.0.1:{port}", "endpoint:app"]
    ),
    # Takes any number of connections: here nothing should differ.
    "nginx": Endpoint({"nginx.conf": NGINX}, ["nginx", "-e", "{directory}/nginx.log", "-c", "{directory}/nginx.conf"]),
}
