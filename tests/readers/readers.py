"""The readers: JSON parsers in wide use, as a program that receives webhooks calls them.

Each is a process that is asked and answers in lines. A question is the name of the member, the body in hexadecimal
and its Content-Type, with tabs between them. An answer is `string` and the member's value in hexadecimal, `other` for
a value that is no string, `nothing` where there is no such member, or `error` where the body is refused.
"""

import glob
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Callable, NamedTuple

PROGRAMS = Path(__file__).resolve().parent / "programs"
LOCK = PROGRAMS.parents[2] / "Cargo.lock"
JARS = Path("/usr/share/java")
GO_SOURCES = Path("/usr/share/gocode")
JSON_NET = Path("/usr/lib/cli/Newtonsoft.Json-5.0/Newtonsoft.Json.dll")


class Reader(NamedTuple):
    """One way to read JSON."""

    name: str
    needs: str  # what to install
    command: Callable[[str], list]  # from a directory to build in; raises Missing
    version: Callable[[], str]


class Missing(Exception):
    """The reader isn't installed."""


def readers():
    """All of them."""
    python = ["json", "simplejson", "orjson", "ujson", "rapidjson", "msgspec", "pydantic"]
    packages = {"rapidjson": "python-rapidjson"}
    for library in python:
        yield _python(f"Python {library}", library, packages.get(library, library), "read.py")
    for name, module in [("Flask", "flask"), ("Django REST framework", "rest_framework"), ("aiohttp", "aiohttp")]:
        package = "djangorestframework" if module == "rest_framework" else module
        yield _python(name, module, package, "web.py")
    yield Reader("Node JSON.parse", "nodejs", _script("node", "read.js"), _said("node", "--version"))
    yield Reader("Express", "npm install express", _express, _express_version)
    for library in ("json", "oj"):
        yield Reader(
            f"Ruby {library}",
            "ruby" if library == "json" else "ruby-oj",
            _script("ruby", "read.rb", library, probe=["ruby", "-r", library, "-e", ""]),
            _said("ruby", "-r", library, "-e", "puts (defined?(Oj) ? Oj : JSON)::VERSION"),
        )
    yield Reader("PHP json_decode", "php-cli", _script("php", "read.php"), _said("php", "-r", "echo PHP_VERSION;"))
    for module, package in [("JSON::PP", "perl"), ("Cpanel::JSON::XS", "libcpanel-json-xs-perl")]:
        probe = ["perl", f"-M{module}", "-e", f"print ${module}::VERSION"]
        yield Reader(f"Perl {module}", package, _script("perl", "read.pl", module, probe=probe), _said(*probe))
    yield Reader("lua-cjson", "lua5.1 lua-cjson", _script("lua5.1", "read.lua"), _package("lua-cjson"))
    for name, program, arguments in [
        ("Go encoding/json (struct)", "read.go", []),
        ("Go encoding/json (map)", "read.go", ["map"]),
    ]:
        yield Reader(name, "golang-go", _go(program, *arguments), _said("go", "version"))
    for name, program, package in [
        ("Go json-iterator", "jsoniter.go", "golang-github-json-iterator-go-dev"),
        ("Go gjson", "gjson.go", "golang-github-tidwall-gjson-dev"),
    ]:
        yield Reader(name, f"golang-go {package}", _go(program), _package(package))
    jackson, gson = ["jackson-core", "jackson-databind", "jackson-annotations"], ["gson"]
    for name, program, jars, package, arguments in [
        ("Jackson (tree)", "Jackson.java", jackson, "libjackson2-databind-java", []),
        ("Jackson (class)", "Jackson.java", jackson, "libjackson2-databind-java", ["object"]),
        ("Jackson (class, any case)", "Jackson.java", jackson, "libjackson2-databind-java", ["any-case"]),
        ("Gson (tree)", "GsonReader.java", gson, "libgoogle-gson-java", []),
        ("Gson (class)", "GsonReader.java", gson, "libgoogle-gson-java", ["object"]),
    ]:
        yield Reader(name, f"a JDK, {package}", _java(program, jars, arguments), _package(package))
    for what, arguments in [("JObject", []), ("class", ["object"])]:
        package = "libnewtonsoft-json5.0-cil"
        yield Reader(f"Json.NET ({what})", f"mono-mcs {package}", _json_net(arguments), _package(package))
    for name, program, flags, package, arguments in [
        ("json-c", "json_c.c", ["-ljson-c"], "libjson-c-dev", []),
        ("jansson", "jansson.c", ["-ljansson"], "libjansson-dev", []),
        ("cJSON (any case)", "cjson.c", ["-lcjson"], "libcjson-dev", []),
        ("cJSON (exact case)", "cjson.c", ["-lcjson"], "libcjson-dev", ["sensitive"]),
        ("yajl", "yajl.c", ["-lyajl"], "libyajl-dev", []),
        ("nlohmann/json", "nlohmann.cpp", [], "nlohmann-json3-dev", []),
        ("RapidJSON", "rapidjson.cpp", [], "rapidjson-dev", []),
    ]:
        yield Reader(name, f"gcc {package}", _compiled(program, flags, arguments), _package(package))
    for name, arguments in [("serde_json (Value)", []), ("serde_json (struct)", ["struct"])]:
        yield Reader(name, "cargo", _serde(arguments), _serde_version)
    yield Reader("jq", "jq", _script(sys.executable, "jq.py", probe=["jq", "--version"]), _said("jq", "--version"))
    # The one in Python, and the one that apsw brings.
    yield _python("SQLite (older)", "sqlite3", "", "read.py", "import sqlite3; print(sqlite3.sqlite_version)")
    yield _python("SQLite (newer)", "apsw", "apsw", "read.py", "import apsw; print(apsw.sqlite_lib_version())")
    for kind in ("json", "jsonb"):
        yield Reader(f"PostgreSQL ({kind})", "postgresql", _postgres(kind), _postgres_version)


def _said(*command):
    """What a command says of its version."""

    def version():
        said = _run(*command).stdout
        found = re.search(r"\d+(\.\d+)+", said)
        return found.group() if found else said.strip()

    return version


def _package(name):
    """The version of a Debian package, less what Debian adds."""
    return lambda: re.split(r"[-+~]", _run("dpkg-query", "-Wf", "${Version}", name).stdout.split(":")[-1])[0]


def _run(*command, **options):
    run = subprocess.run(command, capture_output=True, text=True, **options)
    if run.returncode != 0:
        raise Missing(run.stderr.strip())
    return run


def _script(interpreter, program, *arguments, probe=None):
    def command(_directory):
        _found(interpreter)
        if probe:
            _found(probe[0])
            _run(*probe)
        return [interpreter, PROGRAMS / program, *arguments]

    return command


def _found(program):
    found = shutil.which(program)
    if found is None:
        raise Missing(program)
    return found


def _python(name, module, package, program, version=None):
    needs = f"pip install {package}" if package else "python3"
    version = version or f"import platform, importlib.metadata as m; print(m.version({package!r}))"
    if module == "json":
        needs, version = "python3", "import platform; print(platform.python_version())"
    command = _script(sys.executable, program, module, probe=[sys.executable, "-c", f"import {module}"])
    return Reader(name, needs, command, _said(sys.executable, "-c", version))


def _express(_directory):
    _run(_found("node"), "-e", "require('express')")
    return ["node", PROGRAMS / "express.js"]


def _express_version():
    return _said("node", "-p", "require('express/package.json').version")()


def _go(program, *arguments):
    def command(directory):
        binary = Path(directory) / program.removesuffix(".go")
        paths = {"GO111MODULE": "off", "GOPATH": str(GO_SOURCES), "GOCACHE": str(Path(directory) / "go-cache")}
        _run(_found("go"), "build", "-o", binary, PROGRAMS / program, env=os.environ | paths)
        return [binary, *arguments]

    return command


def _java(program, jars, arguments):
    def command(_directory):
        paths = [JARS / f"{jar}.jar" for jar in jars]
        if not all(path.exists() for path in paths):
            raise Missing(str(paths))
        return [_found("java"), "-cp", ":".join(map(str, paths)), PROGRAMS / program, *arguments]

    return command


def _json_net(arguments):
    def command(directory):
        if not JSON_NET.exists():
            raise Missing(str(JSON_NET))
        binary = Path(directory) / "newtonsoft.exe"
        shutil.copy(JSON_NET, directory)
        _run(_found("mcs"), f"-out:{binary}", f"-r:{JSON_NET}", PROGRAMS / "Newtonsoft.cs")
        return [_found("mono"), binary, *arguments]

    return command


def _compiled(program, flags, arguments):
    def command(directory):
        binary = Path(directory) / program.replace(".", "_")
        compiler = _found("g++" if program.endswith(".cpp") else "gcc")
        _run(compiler, "-O1", "-o", binary, PROGRAMS / program, *flags)
        return [binary, *arguments]

    return command


def _serde(arguments):
    def command(directory):
        source = Path(directory) / "serde"
        source.mkdir(exist_ok=True)
        # With the versions that hooksieve is built with.
        shutil.copy(LOCK, source)
        shutil.copy(PROGRAMS / "serde.toml", source / "Cargo.toml")
        shutil.copy(PROGRAMS / "serde.rs", source / "main.rs")
        _run(_found("cargo"), "build", "--quiet", "--target-dir", source / "target", cwd=source)
        return [source / "target/debug/serde-reader", *arguments]

    return command


def _serde_version():
    return re.search(r'name = "serde_json"\nversion = "(.*)"', LOCK.read_text())[1]


def _postgres(kind):
    def command(_directory):
        return [sys.executable, PROGRAMS / "postgres.py", kind, _postgres_programs()]

    return command


def _postgres_programs():
    known = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    found = known[-1] if known else _found("initdb")
    return str(Path(found).parent)


def _postgres_version():
    return _said(f"{_postgres_programs()}/postgres", "--version")()
