#!/usr/bin/env python3
"""Holds the dashboard and the alerts against what the real binary exposes.

    pip install jsonschema promql-parser pyyaml
    npm install --prefix DIR @grafana/schema@13.2.3 ts-json-schema-generator@2.10.0
    cargo build --release
    deploy/prometheus/check.py --modules DIR/node_modules [--binary target/release/hooksieve]

- promtool (Debian's `prometheus`) reads the alerts, and runs their tests.
- The dashboard is valid by the schema that is made of Grafana's own types, in which nothing may be there that they don't
  name. What is in `options` and in a target is the panel's or the data source's own, and not in it.
- Every expression parses, and every metric, label and value of a label in it is in /metrics of a hooksieve that has seen a
  little of everything.
- What the alerts take for 80 % of a limit is 80 % of what config.toml has.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.error
import urllib.request
from pathlib import Path

import promql_parser
import yaml
from jsonschema import Draft7Validator

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ALERTS = HERE / "alerts.yml"
DASHBOARD = HERE.parent / "grafana/dashboard.json"

# What Prometheus adds by itself.
OF_PROMETHEUS = {"job": None, "instance": None}
# What Grafana puts in the place of a variable, here by something like it.
VARIABLES = {"$__rate_interval": "5m", "$__range": "1h", "$__interval": "1m"}
VARIABLE = re.compile(r"\$\{?(\w+)(?::\w+)?\}?")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, default=ROOT / "target/release/hooksieve")
    parser.add_argument("--modules", type=Path, required=True)
    arguments = parser.parse_args()
    for command in (["check", "rules", ALERTS], ["test", "rules", HERE / "alerts_test.yml"]):
        subprocess.run(["promtool", *command], check=True)
    alerts = [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]
    dashboard = json.loads(DASHBOARD.read_text())
    known = exposed(arguments.binary.resolve())
    problems = [
        *schema_problems(dashboard, arguments.modules),
        *shape_problems(dashboard),
        *limit_problems(alerts),
        *untested(alerts),
    ]
    checked = 0
    for where, expression in [*of_alerts(alerts), *of_dashboard(dashboard)]:
        checked += 1
        problems += (f"{where}: {problem}" for problem in expression_problems(expression, known))
    for problem in problems:
        print(problem)
    print(f"{checked} expressions, {len(known)} metrics, {len(problems)} problems")
    sys.exit(1 if problems or not checked else 0)


def of_alerts(alerts):
    for rule in alerts:
        yield rule["alert"], rule["expr"]


def of_dashboard(dashboard):
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            # `label_values(selector, label)` is Grafana's, and asks for a label of a selector.
            selector, label = re.fullmatch(r"label_values\((.*), (\w+)\)", variable["query"]["query"]).groups()
            yield f"variable {variable['name']}", f"count by ({label}) ({selector})"


# What is exposed


CONFIG = """
listen = "127.0.0.1:0"
upstream = "http://127.0.0.1:9"
timeouts.connect = "1ms"
[admin]
listen = "127.0.0.1:0"
[filter]
deny = ["batch.*"]
[[route]]
path = "/observed"
mode = "observe"
filter = { deny = ["batch.*"] }
[[route]]
path = "/secure"
upstream = "https://127.0.0.1:9"
[upstream_tls]
ca = "{directory}/cert.pem"
cert = "{directory}/cert.pem"
key = "{directory}/key.pem"
"""
CERTIFICATE = "openssl req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -subj /CN=a -days 30"


def exposed(binary):
    """Of each metric, the values of each of its labels."""
    with tempfile.TemporaryDirectory() as directory:
        config = Path(directory) / "config.toml"
        config.write_text(CONFIG.replace("{directory}", directory))
        command = [*CERTIFICATE.split(), "-keyout", "key.pem", "-out", "cert.pem"]
        subprocess.run(command, cwd=directory, check=True, capture_output=True)
        log = Path(directory) / "log"
        with log.open("w") as out:
            process = subprocess.Popen([binary, "--config", config], stdout=out)
        try:
            events, admin = (f"http://{said(log, message)['listen']}" for message in ("ready", "admin ready"))
            for path in ("/", "/observed"):
                for kind in ("batch.created", "invoice.paid"):
                    post(events + path, json.dumps({"type": kind}).encode())
            with urllib.request.urlopen(f"{admin}/metrics") as answer:
                return families(answer.read().decode())
        finally:
            process.terminate()
            process.wait()


def said(log, message):
    for _ in range(400):
        for line in log.read_text().splitlines():
            if f'"message":"{message}"' in line:
                return json.loads(line)
        time.sleep(0.05)
    raise SystemExit(f"it never said {message}")


def post(url, body):
    try:
        urllib.request.urlopen(urllib.request.Request(url, body)).close()
    except urllib.error.HTTPError as error:
        # There is no endpoint.
        error.close()


def families(text):
    known = {"up": {}}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        name, labels = re.match(r"(\w+)(\{.*\})?", line).groups()
        values = known.setdefault(name, {})
        for label, value in re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels or ""):
            values.setdefault(label, set()).add(value)
    return known


# Expressions


def expression_problems(written, known):
    text = written
    for variable, value in VARIABLES.items():
        text = text.replace(variable, value)
    # In a matcher, and of any value.
    text = VARIABLE.sub(".*", text)
    try:
        tree = promql_parser.parse(text)
    except ValueError as error:
        return [f"{written}: {error}"]
    problems = []
    labels = set(OF_PROMETHEUS)
    for node in nodes(tree):
        if isinstance(node, promql_parser.VectorSelector):
            problems += selector_problems(node, known)
            labels |= set(known.get(node.name, {}))
    for label in named_labels(tree):
        if label not in labels:
            problems.append(f"no metric in {written} has the label {label}")
    return problems


def selector_problems(selector, known):
    metric = known.get(selector.name)
    if metric is None:
        return [f"there is no metric {selector.name}"]
    problems = []
    for matcher in selector.matchers.matchers:
        if matcher.name in OF_PROMETHEUS:
            continue
        values = metric.get(matcher.name)
        if values is None:
            problems.append(f"{selector.name} has no label {matcher.name}")
            continue
        for value in matcher.value.split("|"):
            # A route is what the config calls it, and so is a rule.
            if matcher.name not in ("route", "rule", "type") and value not in values and value != ".*":
                problems.append(f"{matcher.name} of {selector.name} is never {value}")
    return problems


def nodes(tree):
    yield tree
    if isinstance(tree, promql_parser.BinaryExpr):
        children = [tree.lhs, tree.rhs]
    elif isinstance(tree, promql_parser.Call):
        children = tree.args
    elif isinstance(tree, promql_parser.MatrixSelector):
        children = [tree.vector_selector]
    elif isinstance(tree, promql_parser.AggregateExpr):
        children = [tree.expr, *([tree.param] if tree.param else [])]
    elif isinstance(tree, (promql_parser.ParenExpr, promql_parser.SubqueryExpr, promql_parser.UnaryExpr)):
        children = [tree.expr]
    elif isinstance(tree, (promql_parser.VectorSelector, promql_parser.NumberLiteral, promql_parser.StringLiteral)):
        children = []
    else:
        raise TypeError(f"what is a {type(tree)}?")
    for child in children:
        yield from nodes(child)


def named_labels(tree):
    """The labels by which is added up or joined."""
    for node in nodes(tree):
        modifier = getattr(node, "modifier", None)
        for part in (modifier, getattr(modifier, "matching", None)):
            yield from getattr(part, "labels", None) or []


# The dashboard, and the alerts


def schema_problems(dashboard, modules):
    types = modules / "@grafana/schema/dist/types/raw/dashboard/x/types.gen.d.ts"
    generator = modules / "ts-json-schema-generator/bin/ts-json-schema-generator.js"
    with tempfile.TemporaryDirectory() as directory:
        # It takes no types from node_modules.
        source = Path(directory) / "dashboard.ts"
        source.write_text(types.read_text())
        command = ["node", generator.resolve(), "--path", source, "--type", "Dashboard", "--no-type-check"]
        schema = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    # Made of nothing it would allow everything.
    assert len(schema["definitions"]) > 30 and schema["definitions"]["Panel"]["additionalProperties"] is False
    Draft7Validator.check_schema(schema)
    validator = Draft7Validator(schema)
    broken = {**dashboard, "titel": ""}
    assert list(validator.iter_errors(broken)), "the schema takes what is wrong"
    for panel in dashboard["panels"]:
        # By itself, since of one among many it is told only that none of all kinds of panels will do.
        kind = "RowPanel" if panel["type"] == "row" else "Panel"
        one = Draft7Validator({**schema, "$ref": f"#/definitions/{kind}"})
        for error in one.iter_errors(panel):
            yield f"{panel['title']}: {error.json_path}: {error.message[:300]}"
    for error in validator.iter_errors(dashboard):
        yield f"dashboard: {error.json_path}: {error.message[:300]}"


def shape_problems(dashboard):
    """What the schema does not say: no data source but the variable, no panel on another, every unit and help there."""
    ids = [panel["id"] for panel in dashboard["panels"]]
    if len(set(ids)) != len(ids):
        yield "two panels have one id"
    taken = {}
    for panel in dashboard["panels"]:
        place, title = panel["gridPos"], panel["title"]
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                if x >= 24 or (x, y) in taken:
                    yield f"{title} is on {taken.get((x, y), 'nothing')}"
                taken[x, y] = title
        if panel["type"] == "row":
            continue
        for one in (panel, *panel["targets"]):
            if one.get("datasource") != {"type": "prometheus", "uid": "${datasource}"}:
                yield f"{title}: its data source is not the variable"
        if not panel.get("description") or "unit" not in panel["fieldConfig"]["defaults"]:
            yield f"{title}: no description or unit"
        for target in panel["targets"]:
            if 'instance=~"$instance"' not in target["expr"]:
                yield f"{title}: not of the instance that is chosen"
            for label in re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]):
                if not re.search(rf"by \([^)]*\b{label}\b|^process_", target["expr"]):
                    yield f"{title}: {label} is not left in what is named by it"
    kinds = {variable["name"]: variable["type"] for variable in dashboard["templating"]["list"]}
    if kinds.get("datasource") != "datasource" or kinds.get("route") != "query":
        yield "a variable is missing"


def limit_problems(alerts):
    limits = tomllib.loads((ROOT / "config.toml").read_text())["limits"]
    size, unit = limits["memory"].split()
    memory = int(size) * {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30}[unit]
    expressions = {rule["alert"]: rule["expr"] for rule in alerts}
    for alert, limit in (("HooksieveManyConnections", limits["connections"]), ("HooksieveMuchHeld", memory)):
        told = float(expressions[alert].rsplit("> ", 1)[1])
        if told != 0.8 * limit:
            yield f"{alert}: {told} is not 80 % of {limit}"


def untested(alerts):
    """Each alert is to fire in one test, and not in another."""
    tests = yaml.safe_load((HERE / "alerts_test.yml").read_text())["tests"]
    cases = [case for test in tests for case in test["alert_rule_test"]]
    for name in (rule["alert"] for rule in alerts):
        fires = {bool(case.get("exp_alerts")) for case in cases if case["alertname"] == name}
        if fires != {True, False}:
            yield f"{name}: not tested both ways"


if __name__ == "__main__":
    main()
