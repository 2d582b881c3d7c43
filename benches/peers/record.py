"""Results on disk: one JSON object per line, the first of which tells where and when."""

import datetime
import json
import os
import platform


def about(peers, **settings):
    """What has to be known of a run to judge its figures. To be asked before the run makes its own load."""
    return {
        "date": datetime.date.today().isoformat(),
        "machine": f"{processor()}, {os.cpu_count()} cores, Linux {platform.release()}",
        "load": round(os.getloadavg()[0], 1),
        "versions": {peer.program(): peer.version() for peer in peers},
        **settings,
    }


def processor():
    with open("/proc/cpuinfo") as file:
        names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    return names[0] if names else platform.machine()


def write(path, about, rows):
    lines = [json.dumps(line, ensure_ascii=False) for line in (about, *rows)]
    path.write_text("\n".join(lines) + "\n")


def read(path):
    about, *rows = map(json.loads, path.read_text().splitlines())
    return about, rows
