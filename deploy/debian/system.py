"""A copy of this system to install into: what is changed in it lies in memory, above what is there."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

# What dpkg keeps for itself, and users stay, as Debian wants it: what was theirs must become nobody else's.
OTHERS = ("var/lib/dpkg", "var/log", "var/cache", "etc/.pwd.lock")
USERS = ("passwd", "group", "shadow", "gshadow")


class System:
    def __init__(self, scratch):
        """Mounts it in `scratch`. For a process with mounts of its own."""
        mount("-t", "tmpfs", "tmpfs", scratch)
        self.changed, work, self.root = (scratch / name for name in ("changed", "work", "root"))
        for directory in (self.changed, work, self.root):
            directory.mkdir()
        mount("-t", "overlay", "overlay", "-o", f"lowerdir=/,upperdir={self.changed},workdir={work}", self.root)
        mount("-t", "proc", "proc", self.root / "proc")
        mount("--rbind", "/dev", self.root / "dev")
        mount("-t", "tmpfs", "tmpfs", self.root / "tmp")
        self.scratch = scratch

    def run(self, *command, **more):
        """Runs it in there, and returns what it says."""
        options = {"check": True, "text": True, "stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE}
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
        return subprocess.run(["chroot", self.root, *command], **{**options, "env": environment, **more}).stdout

    def start(self, user, *command):
        """Starts it in there as this user, of whom there is a group of the same name."""
        chroot = ["chroot", f"--userspec={user}:{user}", self.root]
        return subprocess.Popen([*chroot, *command], text=True, stdout=subprocess.PIPE)

    def install(self, package, *options):
        """What dpkg says."""
        shutil.copy(package, self.root / "tmp/hooksieve.deb")
        return self.dpkg(*options, "--install", "/tmp/hooksieve.deb")

    def dpkg(self, *arguments):
        # What others do at each installation takes the longest of all, and is theirs.
        return self.run("dpkg", "--force-unsafe-io", "--no-triggers", *arguments, stderr=subprocess.STDOUT)

    def path(self, absolute):
        return self.root / absolute.lstrip("/")

    def variant(self, package, version, of_config=""):
        """The same package as another version, with this behind its config."""
        tree = self.scratch / "variant"
        subprocess.run(["dpkg-deb", "--raw-extract", package, tree], check=True)
        control = (tree / "DEBIAN/control").read_text().splitlines(keepends=True)
        lines = [f"Version: {version}\n" if line.startswith("Version:") else line for line in control]
        (tree / "DEBIAN/control").write_text("".join(lines))
        with (tree / "etc/hooksieve/config.toml").open("a") as config:
            config.write(of_config)
        made = self.scratch / f"{version}.deb"
        subprocess.run(["dpkg-deb", "--build", "-Znone", tree, made], check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(tree)
        return made

    def left(self):
        """The files in there that are not as they are outside, but for those that may differ after a purge."""
        files = [Path(place, name) for place, _, names in os.walk(self.changed) for name in names]
        paths = [str(path.relative_to(self.changed)) for path in files if not is_gone(path)]
        allowed = {f"etc/{name}{end}" for name in USERS for end in ("", "-")}
        return {path for path in paths if path not in allowed and not path.startswith(OTHERS)}


def is_gone(path):
    """Whether this stands for a file that was removed: then it is none that is left."""
    return stat.S_ISCHR(path.lstat().st_mode)


def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)
