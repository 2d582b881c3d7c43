#!/usr/bin/env python3
"""Holds hooksieve against the SDKs that senders have on PyPI. See ../README.md.

    cargo build --release
    tests/senders/pypi/run.py [--check] [--only slack,twilio] [--packages DIR] [--binary target/release/hooksieve]
"""

import argparse
import re
import site
import subprocess
import tempfile
import traceback
import venv
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
REQUIREMENTS = HERE / "requirements.txt"
MARKED = re.compile("(?<=<!-- pypi -->\n).*(?=<!-- /pypi -->)", re.DOTALL)
HEAD = """
The same with the SDKs that senders have on PyPI, as far as those verify. `tests/senders/pypi/run.py` makes this table.
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, default=ROOT / "target/release/hooksieve")
    parser.add_argument("--matrix", type=Path, default=ROOT / "docs/senders.md")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--packages", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hooksieve-pypi-") as directory:
        install(options.packages or Path(directory))
        table, counts = prove(options.binary.resolve(), options.only.split(","))
    print(table)
    is_good = counts["yes"] > 0 and not counts["no"]
    if options.only:
        print("not all senders: the docs are left alone")
    elif not documented(options.matrix, table, options.check):
        print(f"{options.matrix} does not show this: run tests/senders/pypi/run.py and commit what it writes there")
        is_good = False
    print(f"{counts['yes']} passed, {counts['no']} failed, {counts['–']} skipped")
    raise SystemExit(0 if is_good else 1)


def install(place):
    """Installs the SDKs as they were built, so that none runs a program of its own, and lets them be imported."""
    if not (place / "bin/python").exists():
        venv.create(place, with_pip=True, symlinks=True)
    pip = [place / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--only-binary", ":all:", "--no-deps", "-r", REQUIREMENTS], check=True)
    [packages] = place.glob("lib/python*/site-packages")
    site.addsitedir(packages)


def prove(binary, words):
    """The table of the senders whose names hold one of these words, and how often it says what."""
    # They import the SDKs.
    import endpoint
    from hooksieve import Hooksieve
    from questions import QUESTIONS, World
    from senders import OWN
    from standard import STANDARD

    senders = [sender for sender in OWN + STANDARD if any(word in sender.name for word in words)]
    versions = dict(re.findall(r"^(.+)==(.+)$", REQUIREMENTS.read_text(), re.MULTILINE))
    counts = {"yes": 0, "no": 0, "–": 0}
    rows = [["sender", "shown by", *QUESTIONS], ["---"] * (2 + len(QUESTIONS))]
    behind = endpoint.start(senders)
    with Hooksieve(binary, behind.server_port, senders) as hooksieve:
        world = World(hooksieve.port, behind.arrived)
        for sender in senders:
            verdicts = [verdict(question, ask, sender, world) for question, ask in QUESTIONS.items()]
            for said in verdicts:
                counts[said.split()[0]] += 1
            rows.append([sender.title or sender.name, f"`{sender.sdk}` {versions[sender.sdk]}", *verdicts])
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    return f"{HEAD}\n{table}\n", counts


def verdict(question, ask, sender, world):
    from questions import No, NotAsked

    try:
        ask(sender, world)
        return "yes"
    except NotAsked as reason:
        return f"– {reason}"
    except Exception as error:
        why = str(error) if isinstance(error, No) else traceback.format_exc()
        print(f"{sender.name}: {question}: {why}")
        return "no"


def documented(path, table, is_check):
    """Whether the docs show it between their marks, which they do once it is written there."""
    before = path.read_text()
    after, places = MARKED.subn(lambda _: table, before)
    if places != 1:
        raise SystemExit(f"{path} has no <!-- pypi --> before <!-- /pypi -->")
    if not is_check and after != before:
        path.write_text(after)
    return not is_check or after == before


if __name__ == "__main__":
    main()
