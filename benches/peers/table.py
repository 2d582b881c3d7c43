#!/usr/bin/env python3
"""Writes the results into README.md, between the marker comments."""

import re

import record
from peers import HERE

RESULTS = HERE / "results"
COLUMNS = ("CPU µs/event", "× hooksieve", "events/s", "p50 ms", "p99 ms", "MiB", "errors")


def main():
    readme = HERE / "README.md"
    text = readme.read_text()
    text = fill(text, "peers", markdown(*record.read(RESULTS / "peers.jsonl")))
    text = fill(text, "scale", scale(*record.read(RESULTS / "scale.jsonl")))
    readme.write_text(text)


def fill(text, name, content):
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    return re.sub(f"{begin}.*{end}", lambda _: f"{begin}\n{content}\n{end}", text, flags=re.DOTALL)


def heading(about):
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    return (
        f"{about['date']}, {about['machine']}, load {about['load']} before the run. {versions}. "
        f"{about['connections']} connections, the cheapest of {about['rounds']} × {about['seconds']} s."
    )


def title(row):
    share = {0: "none denied", 1: "all denied"}.get(row["denied_every"], f"1 in {row['denied_every']} denied")
    return f"{row['workload']}: {size(row['bytes'])}, {share}"


def size(count):
    return f"{count / 1000:.1f} KB" if count < 10_000 else f"{count / 1000:.0f} KB"


def cells(row, baseline):
    ratio = f"{row['cpu'] / baseline:.2f}" if baseline else ""
    times = (f"{row[name] / 1000:.2f}" for name in ("p50", "p99"))
    return (f"{row['cpu']:.1f}", ratio, f"{row['rate']:,.0f}", *times, f"{row['memory']:.0f}", str(row["errors"]))


def baseline(rows):
    return next((row["cpu"] for row in rows if row["peer"] == "hooksieve"), None)


def plain(rows):
    """One workload, for the terminal."""
    lines = [("", *COLUMNS), *((row["peer"], *cells(row, baseline(rows))) for row in rows)]
    text = (f"{first:18}" + "".join(f"{cell:>14}" for cell in rest) for first, *rest in lines)
    return "\n".join((title(rows[0]), *text))


def markdown(about, rows):
    """What an event costs, peers by workloads; below it, folded, everything that was measured."""
    workloads = group(rows, "workload")
    peers = group(rows, "peer")
    costs = {(row["peer"], name): cost(row, baseline(of)) for name, of in workloads.items() for row in of}
    parts = [
        heading(about),
        "CPU time per event in µs, and in brackets as a multiple of hooksieve's:",
        grid(
            ["", *(title(of[0]) for of in workloads.values())],
            ([peer, *(costs.get((peer, name), "–") for name in workloads)] for peer in peers),
        ),
        "<details><summary>Throughput, latency and memory in the same run</summary>",
    ]
    for of in workloads.values():
        parts += [title(of[0]), grid(["", *COLUMNS], ([row["peer"], *cells(row, baseline(of))] for row in of))]
    return "\n\n".join((*parts, "</details>"))


def cost(row, baseline):
    if row["peer"] == "hooksieve" or not baseline:
        return f"**{row['cpu']:.1f}**"
    return f"{row['cpu']:.1f} ({row['cpu'] / baseline:.2f})"


def scale(about, rows):
    """What the plot does not show: new connections, and idle ones."""
    kinds = group(rows, "series")
    costs = {(row["peer"], row["x"]): f"{row['cpu']:.1f}" for row in kinds["reuse"]}
    peers = dict.fromkeys(peer for peer, _ in costs)
    idle = kinds["idle"][0]
    each = (idle["memory"] - idle["memory_before"]) * 1024 / idle["x"]
    return "\n\n".join((
        heading(about),
        "CPU time per event of 5 KB in µs:",
        grid(
            ["", "kept connection", "new connection per event"],
            ([peer, costs[peer, "keep-alive"], costs[peer, "close"]] for peer in peers),
        ),
        f"{idle['x']:,} idle connections: {idle['memory']:.0f} MiB resident, {each:.1f} KiB for each connection.",
    ))


def group(rows, key):
    groups = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return groups


def grid(head, rows):
    lines = [head, ["---", *("--:" for _ in head[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()
