#!/usr/bin/env python3
"""Reads awkward documents with every JSON reader that is installed, and says what each takes for the type.

    tests/readers/run.py                                 what is read
    tests/readers/run.py target/debug/hooksieve          and what hooksieve makes of it
    tests/readers/run.py target/debug/hooksieve --write  and puts the table into docs/reading-types.md

Needs Python 3.9. Packages of Python are those of the Python that runs this; for Express, NODE_PATH names the
node_modules that it is in. What isn't installed is left out, and named.

Ends with 1 if hooksieve was sure of a type, and some reader reads one with another verdict: then an event could be
lost, or get through.
"""

import argparse
import subprocess
import sys
import tempfile

import tables
from documents import ALLOWED, DENIED, documents
from readers import Missing, readers
from verdicts import verdicts


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("hooksieve", nargs="?", help="the binary")
    arguments.add_argument("--write", action="store_true", help="write the table into docs/reading-types.md")
    arguments = arguments.parse_args()
    if arguments.write and not arguments.hooksieve:
        sys.exit("--write needs the binary")
    asked = list(documents())
    names, readings = read(asked)
    found = verdicts(arguments.hooksieve, asked) if arguments.hooksieve else [{} for _ in asked]
    tables.matrix(asked, names, readings, found)
    disagreements = list(compare(asked, names, readings, found))
    for _, _, told in disagreements:
        print(told)
    if arguments.write:
        tables.write(asked, names, readings, found, disagreements)
    sys.exit(1 if disagreements else 0)


def read(asked):
    """The names and versions of the readers that are installed, and what each reads in each document."""
    names, readings = {}, []
    with tempfile.TemporaryDirectory() as directory:
        for reader in readers():
            try:
                command = reader.command(directory)
                said = ask(command, asked)
                names[reader.name] = reader.version()
            except Missing:
                print(f"left out: {reader.name} ({reader.needs})")
                continue
            readings.append(said)
    return names, [list(of_document) for of_document in zip(*readings)]


def ask(command, asked):
    """What a reader reads in each document: a string in bytes, or a word of why there is none."""
    questions = "".join(f"{document.key}\t{document.body.hex()}\t{document.content_type}\n" for document in asked)
    run = subprocess.run(command, input=questions, capture_output=True, text=True, timeout=300)
    said = run.stdout.splitlines()
    if len(said) != len(asked):
        raise SystemExit(f"{command} answered {len(said)} of {len(asked)} questions: {run.stderr}")
    return [bytes.fromhex(line[7:]) if line.startswith("string") else line for line in said]


def compare(asked, names, readings, found):
    """What hooksieve is sure of and some reader reads otherwise: the document, the rule, and a line on it."""
    is_dropped = {
        "deny": lambda reading: reading == DENIED.encode(),
        "allow": lambda reading: reading != ALLOWED.encode(),
    }
    for document, of_document, told in zip(asked, readings, found):
        for rule, verdict in told.items():
            wrong = [
                name
                for name, reading in zip(names, of_document)
                if isinstance(reading, bytes)
                and verdict != "unreadable"
                and (verdict == "drop") != is_dropped[rule](reading)
            ]
            if wrong:
                what = "LOST" if verdict == "drop" else "LET THROUGH"
                yield document, rule, f"{what} by {rule}: {document.shown}, read otherwise by {', '.join(wrong)}"


if __name__ == "__main__":
    main()
