"""What an image is by its Containerfile, as far as this one goes: stages, and the few instructions that it uses."""

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Stage:
    """What a stage begins with and what it adds."""

    base: str
    name: str = ""
    workdir: str = "/"
    # Each COPY: from which stage, or "" for the build context; the sources; the destination, by its absolute path.
    copies: list = field(default_factory=list)
    runs: list = field(default_factory=list)
    environment: dict = field(default_factory=dict)
    user: str = "0:0"
    ports: list = field(default_factory=list)
    entrypoint: list = field(default_factory=list)
    healthcheck: list = field(default_factory=list)


def stages(containerfile):
    """The stages of a Containerfile, in order. Fails at any instruction that it does not know."""
    arguments, found = {}, []
    for instruction, rest in instructions(containerfile.read_text()):
        rest = re.sub(r"\$\{(\w+)\}", lambda name: arguments.get(name[1], name[0]), rest) if instruction == "FROM" else rest
        if instruction == "ARG":
            name, _, value = rest.partition("=")
            arguments[name] = value
        elif instruction == "FROM":
            base, *name = re.split(r"\s+AS\s+", rest)
            found.append(Stage(base, *name))
        else:
            apply(found[-1], instruction, rest)
    return found


def instructions(text):
    """Each instruction and what is behind it, on one line."""
    lines = (line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        instruction, rest = line.split(maxsplit=1)
        yield instruction, rest


def apply(stage, instruction, rest):
    match instruction:
        case "COPY":
            words = shlex.split(rest)
            options = [word for word in words if word.startswith("--")]
            *sources, to = [word for word in words if not word.startswith("--")]
            (source,) = [option.removeprefix("--from=") for option in options] or [""]
            to = to if to.startswith("/") else f"{stage.workdir}/{to}"
            stage.copies.append((source, sources, to))
        case "RUN":
            stage.runs.append(rest)
        case "WORKDIR":
            stage.workdir = rest
        case "ENV":
            stage.environment.update(word.split("=", 1) for word in shlex.split(rest))
        case "USER":
            stage.user = rest
        case "EXPOSE":
            stage.ports += [int(port) for port in rest.split()]
        case "ENTRYPOINT":
            stage.entrypoint = json.loads(rest)
        case "HEALTHCHECK":
            stage.healthcheck = json.loads(rest.split("CMD", 1)[1])
        case _:
            raise SystemExit(f"image.py does not know {instruction}: teach it what an engine makes of that")


def place(sources, to, root):
    """Copies files as COPY does: into a directory where `to` ends with a slash, and what is in a directory, not itself."""
    target = root / to.lstrip("/")
    for source in sources:
        if source.is_dir():
            names = [(path, target / path.relative_to(source)) for path in source.rglob("*") if path.is_file()]
        else:
            names = [(source, target / source.name if to.endswith(("/", "/.")) or target.is_dir() else target)]
        for path, name in names:
            name.parent.mkdir(parents=True, exist_ok=True)
            name.write_bytes(path.read_bytes())
            name.chmod(path.stat().st_mode & 0o777)


def glob(context, pattern):
    """The files of the context that a source of COPY names; at least one."""
    found = sorted(context.glob(pattern.removeprefix("./")))
    if not found:
        raise SystemExit(f"Containerfile: COPY {pattern}: there is no such file")
    return found


def read(containerfile):
    """The stage that builds, and the one that is the image."""
    build, final = stages(containerfile)
    return build, final


HERE = Path(__file__).parent
CONTAINERFILE = HERE / "Containerfile"
