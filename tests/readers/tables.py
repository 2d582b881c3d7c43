"""The readings as a matrix for a terminal, and as a table for the docs."""

import datetime
import string
import textwrap
from pathlib import Path

from documents import ALLOWED, DENIED
from verdicts import RULES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reading-types.md"
START, END = "<!-- readers -->\n", "<!-- /readers -->\n"
SIGNS = {DENIED.encode(): "D", ALLOWED.encode(): "A", "nothing": "-", "other": "?", "error": "!"}
COLUMNS = [f"`{DENIED}`", f"`{ALLOWED}`", "no type, or another", "an error"]
LETTERS = string.ascii_lowercase + string.ascii_uppercase


def matrix(documents, names, readings, verdicts):
    """Prints a column for each reader and a row for each document."""
    for letter, (name, version) in zip(LETTERS, names.items()):
        print(f"{letter} {name} {version}")
    print(f"\nD {DENIED}, A {ALLOWED}, - no type, ? no string, * another string, ! an error\n")
    print(LETTERS[: len(names)])
    for document, of_document, told in zip(documents, readings, verdicts):
        signs = "".join(SIGNS.get(reading, "*") for reading in of_document)
        print(signs, *(f"{rule}: {verdict:10}" for rule, verdict in told.items()), document.shown)
    print()


def write(documents, names, readings, verdicts, disagreements):
    """Puts the table into the docs, between the marker comments, with what is disputed in bold."""
    versions = ", ".join(f"{name} {version}" for name, version in names.items())
    head = f"{datetime.date.today()}, {len(documents)} documents, {len(names)} readers: {versions}."
    lines = textwrap.wrap(head, 115)
    disputed = {(document, rule) for document, rule, _ in disagreements}
    if disputed:
        lines += ["", "**In bold**: hooksieve is sure, and some reader reads a type with another verdict."]
    group = None
    for document, of_document, told in zip(documents, readings, verdicts):
        if document.group != group:
            group = document.group
            lines += ["", f"| {group} | `deny` | `allow` | " + " | ".join(COLUMNS) + " |", "|---" * 7 + "|"]
        cells = [f"**{told[rule]}**" if (document, rule) in disputed else told[rule] for rule in RULES]
        lines.append("| " + " | ".join([document.shown, *cells, *_who(names, of_document)]) + " |")
    before, _, rest = PAGE.read_text().partition(START)
    _, _, after = rest.partition(END)
    PAGE.write_text(before + START + "\n".join(lines) + "\n" + END + after)


def _who(names, readings):
    """Who reads what, a cell for each of the COLUMNS. The largest is not spelt out."""
    cells = [[], [], [], []]
    for name, reading in zip(names, readings):
        cells[{"D": 0, "A": 1, "!": 3}.get(SIGNS.get(reading, "*"), 2)].append(name)
    largest = max(cells, key=len)
    others = "all" if len(largest) == len(names) else f"the other {len(largest)}"
    return [others if cell is largest else ", ".join(_short(cell, list(names))) for cell in cells]


def _short(cell, names):
    """The names in a cell, with `A` for `A (b)` and `A (c)` where both are in it."""
    short = []
    for name in cell:
        family = [other for other in names if other.split(" (")[0] == name.split(" (")[0]]
        name = name.split(" (")[0] if set(family) <= set(cell) else name
        if name not in short:
            short.append(name)
    return short
