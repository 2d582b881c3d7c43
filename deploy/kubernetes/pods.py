"""Each pod's hooksieve, started in the image as its manifest says, and asked as the kubelet and a Service ask it.

Run by check.py, in a network of its own. The ConfigMap is mounted and changed as the kubelet does both; the name server
knows what cluster DNS would know.
"""

import hashlib
import hmac
import json
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "container"))

import image
import rules
from confined import Container, loopback_up, wait_until
from network import Endpoint, Names, ask, event

IMAGE = image.read(image.CONTAINERFILE)[1]
# As the kubelet asks: by the address of a pod, here in IPv4 and in IPv6.
POD = ["10.244.1.7:9090", "[fd00:10:244::7]:9090"]
SECRET = "whsec_of_a_test"


def main():
    root, objects = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
    loopback_up()
    pods = [pod for name, rendered in objects.items() for pod in rules.Rendered(name, rendered).pods()]
    names = Names(*(name for pod in pods for name in cluster_names(pod)))
    endpoints = {port: Endpoint(port) for port in {upstream(pod)[1] for pod in pods}}
    for pod in pods:
        with tempfile.TemporaryDirectory() as directory:
            live(pod, root, Path(directory), endpoints[upstream(pod)[1]])
        print(f"{pod.name} passed: check, probes, events, a changed ConfigMap, the end")
    assert any(name.endswith(".svc.cluster.local") for name in names.asked), "names are looked up with their search list"


def upstream(pod):
    host, port = pod.config()["upstream"].removeprefix("http://").rsplit(":", 1)
    return host, int(port)


def namespace(pod):
    return pod.deployment["metadata"].get("namespace", "default")


def cluster_names(pod):
    """What cluster DNS has for a Service that the config names."""
    host, _ = upstream(pod)
    service, _, elsewhere = host.partition(".")
    return [f"{service}.{elsewhere or namespace(pod)}.svc.cluster.local"]


def live(pod, root, directory, endpoint):
    before, config = len(endpoint.bodies), directory / "config"
    config.mkdir()
    publish(config, pod.config_map()["data"])
    user = {**pod.spec.get("securityContext", {}), **pod.hooksieve["securityContext"]}
    who = f"{user['runAsUser']}:{user['runAsGroup']}"
    command = IMAGE.entrypoint + pod.hooksieve["args"]
    with Container(root, command, who, IMAGE.environment, mounts(pod, directory, config), IMAGE.workdir) as container:
        container.line("ready")
        checked = container.run(*IMAGE.entrypoint, "check", "--strict", *pod.hooksieve["args"])
        assert checked.returncode == 0, f"{pod.name}: {checked.stderr}"
        for probe in ["startupProbe", "readinessProbe", "livenessProbe"]:
            probed(pod, probe)
        passed, dropped = event("invoice.paid"), event("probe.dropped")
        told = [send(pod, passed), send(pod, dropped)]
        assert told == [200, 200], f"{pod.name}: events are answered {told}: {container.lines[-1]}"
        assert endpoint.bodies[before:] == [passed, dropped], endpoint.bodies
        change(pod, config)
        container.line("reloaded")
        assert send(pod, dropped) == 200 and len(endpoint.bodies) == before + 2, f"{pod.name}: it is dropped now"
        complaints = {line["message"] for line in container.log() if line["level"] in ("warn", "error")}
        assert complaints <= {"a type that no rule names"}, f"{pod.name}: {complaints}"
        container.signal()
        assert container.ended() == 0, f"{pod.name}: it ended with {container.process.returncode}"


def mounts(pod, directory, config):
    """The volumes of the manifest; secrets have what the config looks for; and the names that every pod has."""
    search = f"{namespace(pod)}.svc.cluster.local svc.cluster.local cluster.local"
    resolver = f"search {search}\nnameserver 127.0.0.1\noptions ndots:5 timeout:1 attempts:1\n"
    (directory / "resolv.conf").write_text(resolver)
    (directory / "hosts").write_text("127.0.0.1 localhost\n")
    all_of_them = [(directory / "resolv.conf", "/etc/resolv.conf", False), (directory / "hosts", "/etc/hosts", False)]
    for mount in pod.hooksieve["volumeMounts"]:
        source = config
        if "secret" in pod.volume(mount["name"]):
            source = directory / mount["name"]
            source.mkdir()
            key = pod.config()["verify"]["secret"].removeprefix(f"file:{mount['mountPath']}/")
            publish(source, {key: SECRET})
        all_of_them.append((source, mount["mountPath"], not mount.get("readOnly")))
    return all_of_them


def publish(directory, data):
    """As the kubelet writes a volume: files in a directory of this time, links to it, and one link that says which."""
    now = directory / f"..{time.monotonic_ns()}"
    now.mkdir()
    for name, text in data.items():
        (now / name).write_text(text)
        if not (directory / name).is_symlink():
            (directory / name).symlink_to(f"..data/{name}")
    (directory / "..data_tmp").symlink_to(now.name)
    os.rename(directory / "..data_tmp", directory / "..data")


def change(pod, directory):
    """The ConfigMap says that one type more is dropped."""
    file = pod.config_file().name
    text = pod.config_map()["data"][file]
    changed = text.replace("deny = [", 'deny = ["probe.dropped", ', 1).replace(", ]", "]")
    assert changed != text, f"{pod.name}: its config has a deny list"
    publish(directory, {file: changed})


def probed(pod, probe):
    get = pod.hooksieve[probe]["httpGet"]
    for host in POD:
        status, told = wait_until(probe, lambda: (answer := ask(pod.ports()[get["port"]], get["path"], host=host))[0] and answer)
        assert status == 200, f"{pod.name}: {probe} of {host} is told {status}: {told}"


def send(pod, body):
    """An event as it comes through the Service, signed where that is verified."""
    (service,) = [one for one in pod.rendered.of("Service") if one["spec"].get("clusterIP") != "None"]
    port = pod.ports()[service["spec"]["ports"][0]["targetPort"]]
    now = int(time.time())
    signature = hmac.new(SECRET.encode(), f"{now}.{body}".encode(), hashlib.sha256).hexdigest()
    return ask(port, "/", body, fields=f"Stripe-Signature: t={now},v1={signature}\r\n")[0]


if __name__ == "__main__":
    main()
