"""What a release is made of, each of which depends on the commit, the compiler, the linker and the profile alone."""

import gzip
import io
import json
import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import NamedTuple

from licences import licences

# Beside the program, in the tarball.
BESIDE = ("config.toml", "README.md", "CHANGELOG.md", "SECURITY.md", "LICENSE-APACHE", "LICENSE-MIT", "docs/*.md")
HURRY = {f"CARGO_PROFILE_RELEASE_{name}": value for name, value in
         [("LTO", "off"), ("CODEGEN_UNITS", "16"), ("OPT_LEVEL", "0")]}
STATIC = "-Ctarget-feature=+crt-static"
# The units of the Debian package: another place to listen at is theirs.
SYSTEMD = 'listen = "systemd"                  # at the sockets of hooksieve.socket; see docs/installing.md'


class Build(NamedTuple):
    """A place to build in."""

    # The commit, and nothing else.
    source: Path
    # As Rust calls it: x86_64-unknown-linux-gnu.
    target: str
    # Seconds since 1970: when the commit was made, which is the time of all that is in the release.
    time: str
    # Whether nothing is optimised. Never so in what is handed out.
    quick: bool = False

    def environment(self, *flags):
        """Variables that leave no trace of where this is, in Rust and in C."""
        cargo = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo"))
        traces = [f"{self.source}=/hooksieve", f"{cargo}=/cargo"]
        rust = [*flags, *(f"--remap-path-prefix={trace}" for trace in traces)]
        return {
            **os.environ,
            **(HURRY if self.quick else {}),
            "CARGO_ENCODED_RUSTFLAGS": "\x1f".join(rust),
            "CARGO_PROFILE_RELEASE_STRIP": "symbols",
            "CARGO_TARGET_DIR": str(self.source / "target"),
            "CFLAGS": " ".join(f"-ffile-prefix-map={trace}" for trace in traces),
            "LC_ALL": "C.UTF-8",
            "SOURCE_DATE_EPOCH": self.time,
            "TZ": "UTC",
        }

    def cargo(self, *arguments, environment):
        subprocess.run(["cargo", *arguments], cwd=self.source, env=environment, check=True)

    def binary(self, *flags):
        """The program, with a list of all that is in it. What is built before is lost."""
        # With a target, the flags hold for what is shipped and not for what runs while it is built.
        arguments = ["auditable", "build", "--release", "--locked", "--package=hooksieve", f"--target={self.target}"]
        self.cargo(*arguments, environment=self.environment(*flags))
        return self.source / "target" / self.target / "release/hooksieve"

    def name(self):
        """With the version behind it, which may be that of the workspace."""
        named = subprocess.run(["cargo", "pkgid"], cwd=self.source, check=True, text=True, stdout=subprocess.PIPE).stdout
        return f"hooksieve-{re.search('[0-9][^@#]*$', named.strip()).group()}"


def make(build, profile, pages):
    """Makes all of it by a profile, or by none, and returns the directory that it is in. `pages` are to be packed too."""
    flags = []
    if profile:
        # Where it is must not matter either.
        flags = [f"-Cprofile-use={shutil.copy(profile, build.source.parent)}"]
    made = build.source.parent / "made"
    made.mkdir()
    packaging = build.source / "target/packaging"
    shutil.copytree(pages, packaging)
    (packaging / "licences.txt").write_text(licences(build.source, build.target))
    (packaging / "config.toml").write_text(config_for_systemd((build.source / "config.toml").read_text()))
    (made / f"{build.name()}.cdx.json").write_text(bill_of_materials(build))
    write_tarball(build, build.binary(STATIC, *flags), packaging, made)
    build.binary(*flags)
    arguments = ["deb", "--no-build", "--no-strip", f"--target={build.target}", f"--output={made}/"]
    build.cargo(*arguments, environment=build.environment(*flags))
    return made


def config_for_systemd(shipped):
    """The shipped config, of which only the place to listen at is another."""
    text, times = re.subn(r"^listen = .*$", SYSTEMD, shipped, flags=re.MULTILINE)
    if times != 1:
        raise SystemExit("config.toml has no line of its own for listen")
    return text


def bill_of_materials(build):
    """All crates in it, in CycloneDX. Its own is named by where it is, of which only `.` is told."""
    arguments = ["--format=json", "--spec-version=1.5", f"--target={build.target}", "--override-filename=bill"]
    build.cargo("cyclonedx", *arguments, environment=build.environment())
    text = (build.source / "bill.json").read_text().replace(str(build.source), ".")
    return json.dumps(json.loads(text), indent=2, sort_keys=True) + "\n"


def write_tarball(build, binary, packaging, made):
    """The static program, and what belongs beside it."""
    root = Path(build.name())
    entries = {root / "hooksieve": binary}
    for directory in (build.source, packaging):
        patterns = BESIDE if directory == build.source else ("man/*", "completions/*", "licences.txt")
        found = [path for pattern in patterns for path in directory.glob(pattern)]
        entries |= {root / path.relative_to(directory): path for path in found}
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name in sorted(entries):
            entry = tarfile.TarInfo(str(name))
            content = entries[name].read_bytes()
            entry.size, entry.mtime = len(content), int(build.time)
            entry.mode = 0o755 if name.name == "hooksieve" else 0o644
            tar.addfile(entry, io.BytesIO(content))
    architecture = build.target.partition("-")[0]
    compressed = gzip.compress(packed.getvalue(), mtime=0)
    (made / f"{build.name()}-linux-{architecture}-static.tar.gz").write_bytes(compressed)
