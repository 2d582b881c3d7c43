#!/usr/bin/env python3
"""Measures hooksieve beside its peers, all doing the same job, in one run.

The proxy has core 0 to itself; wrk and the endpoint share core 1. Rounds are interleaved, so that a slow minute
of the machine meets all alike, and of each the cheapest is taken: what disturbs a measurement only adds to it. See
README.md.
"""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import load
import record
import table
from load import Workload
from peers import BINARY, HERE, LOAD_CORE, UPSTREAM, peers
from process import NotStarted

WORKLOADS = {
    "small": Workload(500),
    "invoice": Workload(5_000, denied_every=5),
    "big": Workload(135_000, denied_every=5),
    "dropped": Workload(500, denied_every=1),
}


def main():
    arguments = parse()
    chosen = [peer for peer in peers(arguments.binary) if not arguments.only or peer.name in arguments.only]
    with ExitStack() as running:
        scratch = running.enter_context(tempfile.TemporaryDirectory())
        running.enter_context(UPSTREAM.start(scratch, LOAD_CORE))
        started = {}
        for peer in chosen:
            try:
                started[peer] = running.enter_context(peer.start(scratch))
            except NotStarted as why:
                print(f"{peer.name} is left out: {why}", file=sys.stderr)
        settings = {name: getattr(arguments, name) for name in ("rounds", "seconds", "connections")}
        about = record.about(started, **settings)
        print(table.heading(about))
        rows = []
        for name in arguments.workloads:
            of_workload = compare(name, WORKLOADS[name], started, arguments)
            print("\n" + table.plain(of_workload), flush=True)
            rows += of_workload
    record.write(arguments.output, about, rows)


def compare(name, workload, started, arguments):
    fit = [peer for peer in started if load.check(peer, workload)]
    for peer in started.keys() - set(fit):
        print(f"{peer.name} is left out of {name}: it does not do the job", file=sys.stderr)
    rounds = {peer: [] for peer in fit}
    for _ in range(arguments.rounds):
        for peer in fit:
            rounds[peer].append(load.measure(started[peer], workload, arguments.connections, arguments.seconds))
    about = {"workload": name, "bytes": len(workload.passed_body()), "denied_every": workload.denied_every}
    return [{**about, "peer": peer.name, **load.lowest(rounds[peer])} for peer in fit]


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [peer.name for peer in peers(BINARY)]
    parser.add_argument("--workloads", nargs="+", choices=WORKLOADS, default=list(WORKLOADS), metavar="NAME",
                        help=f"of {', '.join(WORKLOADS)}")
    parser.add_argument("--only", nargs="+", choices=names, metavar="PEER", help=f"of {', '.join(names)}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--binary", type=lambda path: Path(path).resolve(), default=BINARY)
    parser.add_argument("--output", type=Path, default=HERE / "results/peers.jsonl")
    arguments = parser.parse_args()
    if not arguments.binary.exists():
        parser.error(f"{arguments.binary} is missing; cargo build --release makes it")
    return arguments


if __name__ == "__main__":
    main()
