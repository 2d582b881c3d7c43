"""PostgreSQL's `json` or `jsonb`, as the argument says, in a server of its own.

It listens only on a socket in a directory of its own. The second argument is where its programs are; they refuse to
run as root, which runs them as `postgres`.
"""

import os
import shutil
import subprocess
import sys
import tempfile

kind, programs = sys.argv[1:]
directory = tempfile.mkdtemp()
prefix = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
if prefix:
    shutil.chown(directory, "postgres")
environment = os.environ | {"PGHOST": directory, "PGDATABASE": "postgres", "LC_ALL": "C"}


def run(program, *arguments):
    command = [*prefix, os.path.join(programs, program), *arguments]
    return subprocess.run(command, env=environment, cwd=directory, capture_output=True, text=True)


def read(key, body):
    # A body goes in as text; what is no UTF-8 has no way in.
    value = f"convert_from('\\x{body}', 'UTF8')::{kind}"
    text = f"encode(convert_to({value}->>'{key}', 'UTF8'), 'hex')"
    row = run("psql", "-Atc", f"SELECT {kind}_typeof({value}->'{key}'), {text}")
    if row.returncode != 0:
        return "error"
    typed, _, text = row.stdout.strip().partition("|")
    return {"": "nothing", "string": f"string {text}"}.get(typed, "other")


try:
    data = os.path.join(directory, "data")
    run("initdb", "-D", data, "-E", "UTF8", "--no-sync", "-A", "trust")
    options = ["-w", "-l", os.path.join(directory, "log"), "-o", f"-F -h '' -k {directory}"]
    started = run("pg_ctl", "-D", data, *options, "start")
    if started.returncode != 0:
        sys.exit(started.stdout + started.stderr)
    for line in sys.stdin:
        key, body, _ = line.split("\t")
        print(read(key, body), flush=True)
finally:
    run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    shutil.rmtree(directory, ignore_errors=True)
