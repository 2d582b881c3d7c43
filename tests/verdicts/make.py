#!/usr/bin/env python3
"""Makes the tables of verdicts anew: the requests are those of seeds/, what becomes of them is said by oracle/.

    tests/verdicts/make.py           writes tests/verdicts/*.json
    tests/verdicts/make.py --check   ends with 1 if that would change one

Needs Python 3.11, and nothing else. It knows hooksieve only by what its documentation says.
"""

import argparse
import importlib
import json
import pathlib
import sys
import threading

from oracle.judge import Request, row

HERE = pathlib.Path(__file__).parent


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true", help="write nothing")
    check = arguments.parse_args().check
    total, stale = 0, []
    for path in sorted(HERE.glob("seeds/*.py")):
        if path.stem in ("__init__", "case"):
            continue
        groups = list(importlib.import_module(f"seeds.{path.stem}").groups())
        made = table(groups)
        total += sum(len(cases) for _, _, cases in groups)
        file = HERE / f"{path.stem}.json"
        if not file.exists() or file.read_text() != made:
            stale.append(file.name)
            if not check:
                file.write_text(made)
    print(f"{total} rows; {'changed' if stale else 'nothing changed'}", *stale)
    return 1 if check and stale else 0


def table(groups):
    """A file, with a line for each row."""
    shown = []
    for about, config, cases in groups:
        rows = ",\n".join("    " + json.dumps(said(config, case), ensure_ascii=False) for case in cases)
        head = f'  "about": {json.dumps(about)},\n  "config": {json.dumps(config, ensure_ascii=False)},\n'
        shown.append(f'{{\n{head}  "rows": [\n{rows}\n  ]\n}}')
    return "[\n" + ",\n".join(shown) + "\n]\n"


def said(config, case):
    """One row: the request, and what becomes of it."""
    plain = case.body if case.plain is None else case.plain
    verdict = row(config, Request(case.target, list(case.headers), case.body, plain))
    request = {"method": case.method} if case.method != "POST" else {}
    request.update({"target": case.target} if case.target != "/" else {})
    request.update({"headers": case.headers} if case.headers else {})
    return request | body(case.body) | verdict


def body(sent):
    try:
        text = sent.decode()
    except UnicodeDecodeError:
        return {"body_hex": sent.hex()}
    return {"body": text} if text.isprintable() or text.isascii() else {"body_hex": sent.hex()}


def run():
    # Documents are read by calls within calls.
    sys.setrecursionlimit(20_000)
    threading.stack_size(256 << 20)
    codes = []
    thread = threading.Thread(target=lambda: codes.append(main()))
    thread.start()
    thread.join()
    sys.exit(codes[0] if codes else 1)


if __name__ == "__main__":
    run()
