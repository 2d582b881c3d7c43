"""What has to agree between objects that a schema sees one by one."""

import tomllib
from pathlib import PurePosixPath

# Bytes of a pod beside limits.memory: for each connection with an event on its way, and for the program with its log.
CONNECTION, PROGRAM = 51 << 10, 32 << 20
UNITS = {"KiB": 1 << 10, "Ki": 1 << 10, "MiB": 1 << 20, "Mi": 1 << 20, "GiB": 1 << 30, "Gi": 1 << 30}
SLACK = 5


class Rendered:
    """All objects of one kustomization."""

    def __init__(self, name, objects):
        self.name, self.objects = name, objects

    def of(self, *kinds):
        return [one for one in self.objects if one["kind"] in kinds]

    def pods(self):
        return [Pod(self, deployment) for deployment in self.of("Deployment")]

    def selected(self, labels, what):
        """The pods that have these labels, of which there is at least one."""
        assert labels, f"{self.name}: {what} selects everything, or nothing"
        found = [pod for pod in self.pods() if labels.items() <= pod.labels.items()]
        assert found, f"{self.name}: {what} selects {labels}, which no pod has"
        return found


class Pod:
    """The pods of a Deployment, and the hooksieve in them."""

    def __init__(self, rendered, deployment):
        template = deployment["spec"]["template"]
        self.rendered, self.deployment, self.spec = rendered, deployment, template["spec"]
        self.labels = template["metadata"]["labels"]
        self.sidecars = [one for one in self.spec.get("initContainers", []) if one.get("restartPolicy") == "Always"]
        self.containers = self.spec["containers"] + self.sidecars
        named = [one for one in self.containers if one["name"] == "hooksieve"]
        assert named, f"{rendered.name}: no container, and no init container that always restarts, is hooksieve"
        self.hooksieve = named[0]
        self.is_sidecar = self.hooksieve in self.sidecars
        self.name = f"{rendered.name}: pod {deployment['metadata']['name']}"

    def ports(self):
        ports = [port for container in self.containers for port in container.get("ports", [])]
        return {port["name"]: port["containerPort"] for port in ports}

    def volume(self, name):
        (volume,) = [one for one in self.spec["volumes"] if one["name"] == name]
        return volume

    def config_file(self):
        """Where hooksieve finds its config, by its arguments."""
        arguments = self.hooksieve["args"]
        return PurePosixPath(arguments[arguments.index("--config") + 1])

    def config_map(self):
        """The ConfigMap that is mounted there, as it is rendered."""
        file = self.config_file()
        mounts = [one for one in self.hooksieve["volumeMounts"] if one["mountPath"] == str(file.parent)]
        assert mounts, f"{self.name}: nothing is mounted at {file.parent}"
        mount = mounts[0]
        assert "subPath" not in mount, f"{self.name}: a file mounted with subPath never changes"
        name = self.volume(mount["name"])["configMap"]["name"]
        maps = [one for one in self.rendered.of("ConfigMap") if one["metadata"]["name"] == name]
        assert maps, f"{self.name}: there is no ConfigMap {name}"
        assert file.name in maps[0]["data"], f"{self.name}: ConfigMap {name} has no {file.name}"
        return maps[0]

    def config(self):
        return tomllib.loads(self.config_map()["data"][self.config_file().name])


def hold(rendered):
    """Fails at the first thing that does not agree."""
    selectors(rendered)
    monitors(rendered)
    for pod in rendered.pods():
        for rule in [probes, listeners, memory, ending, egress, changes]:
            rule(pod)
    for scaler in rendered.of("HorizontalPodAutoscaler"):
        target = scaler["spec"]["scaleTargetRef"]["name"]
        (pod,) = [pod for pod in rendered.pods() if pod.deployment["metadata"]["name"] == target]
        assert "replicas" not in pod.deployment["spec"], f"{pod.name}: replicas undoes at each apply what the autoscaler did"
        assert "cpu" in pod.hooksieve["resources"]["requests"], f"{pod.name}: utilization is that of a request"


def selectors(rendered):
    """Who selects pods finds them, and the ports that it names."""
    for service in rendered.of("Service"):
        for pod in rendered.selected(service["spec"]["selector"], f"Service {service['metadata']['name']}"):
            for port in service["spec"]["ports"]:
                assert port["targetPort"] in pod.ports(), f"{pod.name} has no port {port['targetPort']}"
    for budget in rendered.of("PodDisruptionBudget"):
        rendered.selected(budget["spec"].get("selector", {}).get("matchLabels"), "PodDisruptionBudget")
    for policy in rendered.of("NetworkPolicy"):
        for pod in rendered.selected(policy["spec"]["podSelector"].get("matchLabels"), "NetworkPolicy"):
            for rule in policy["spec"].get("ingress", []):
                for port in rule["ports"]:
                    assert port["port"] in pod.ports(), f"{pod.name} has no port {port['port']}"
    for pod in rendered.pods():
        for spread in pod.spec.get("topologySpreadConstraints", []):
            own = spread["labelSelector"]["matchLabels"]
            assert own.items() <= pod.labels.items(), f"{pod.name} spreads others: {own}"
        own = pod.deployment["spec"]["selector"]["matchLabels"]
        assert own.items() <= pod.labels.items(), f"{pod.name} is not its Deployment's"


def monitors(rendered):
    """What Prometheus is told to ask is there, and may be asked."""
    for monitor in rendered.of("ServiceMonitor"):
        wanted = monitor["spec"]["selector"]["matchLabels"].items()
        found = [one for one in rendered.of("Service") if wanted <= one["metadata"].get("labels", {}).items()]
        assert found, f"{rendered.name}: a ServiceMonitor finds no Service"
        named = {port["name"] for service in found for port in service["spec"]["ports"]}
        asked = {endpoint["port"] for endpoint in monitor["spec"]["endpoints"]}
        assert asked <= named, f"{rendered.name}: a ServiceMonitor asks {asked}, there are {named}"
    for monitor in rendered.of("PodMonitor"):
        for pod in rendered.selected(monitor["spec"]["selector"]["matchLabels"], "PodMonitor"):
            asked = {endpoint["port"] for endpoint in monitor["spec"]["podMetricsEndpoints"]}
            assert asked <= set(pod.ports()), f"{pod.name} has no port {asked}"


def probes(pod):
    wanted = {"startupProbe": "/readyz", "readinessProbe": "/readyz", "livenessProbe": "/healthz"}
    for probe, path in wanted.items():
        get = pod.hooksieve[probe]["httpGet"]
        assert get["path"] == path, f"{pod.name}: {probe} asks {get['path']}"
        port = port_of(pod.config()["admin"]["listen"])
        assert pod.ports()[get["port"]] == port, f"{pod.name}: {probe} asks {get['port']}, [admin] listens at {port}"


def listeners(pod):
    """The ports that are named are those at which the config listens, and on an address that others reach."""
    config = pod.config()
    listens = [config["listen"], config["admin"]["listen"]]
    named = [port["containerPort"] for port in pod.hooksieve["ports"]]
    assert [port_of(listen) for listen in listens] == named, f"{pod.name}: {listens} {named}"
    assert all(listen.startswith(("0.0.0.0:", "[::]:")) for listen in listens), f"{pod.name}: {listens}"


def memory(pod):
    """All that the config lets senders take fits into the limit."""
    limits, limit = pod.config()["limits"], pod.hooksieve["resources"]["limits"]["memory"]
    needed = size(limits["memory"]) + limits["connections"] * CONNECTION + PROGRAM
    assert needed <= size(limit), f"{pod.name}: {needed >> 20} MiB may be needed, the limit is {limit}"


def ending(pod):
    """Whoever closes the port first waits before, and all have the time that they may take."""
    drain = int(pod.config().get("timeouts", {}).get("drain", "30s").removesuffix("s"))
    first = pod.spec["containers"] if pod.is_sidecar else [pod.hooksieve]
    waits = [one.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0) for one in first]
    assert min(waits) >= SLACK, f"{pod.name}: preStop sleeps {waits} s"
    grace = pod.spec["terminationGracePeriodSeconds"]
    assert grace >= max(waits) + drain + SLACK, f"{pod.name}: {grace} s for {waits} s and a drain of {drain} s"


def egress(pod):
    """What the config sends to is let through."""
    policies = [one["spec"] for one in pod.rendered.of("NetworkPolicy") if "Egress" in one["spec"]["policyTypes"]]
    policies = [one for one in policies if one["podSelector"]["matchLabels"].items() <= pod.labels.items()]
    if not policies:
        return
    ports = {(port["port"], port.get("protocol", "TCP")) for one in policies for rule in one["egress"] for port in rule["ports"]}
    upstream = pod.config()["upstream"].rsplit(":", 1)[1]
    wanted = {(53, "UDP"), (53, "TCP"), (int(upstream), "TCP")}
    assert wanted == ports, f"{pod.name}: egress is {ports}, the config needs {wanted}"


def changes(pod):
    """A change of the ConfigMap reaches the file in running pods: its name stays, and it may change."""
    config = pod.config_map()
    assert config["metadata"]["name"] == "hooksieve" and not config.get("immutable"), f"{pod.name}: {config['metadata']}"


def port_of(listen):
    return int(listen.rsplit(":", 1)[1])


def size(written):
    number = written.rstrip("BKMGi ")
    return int(number) * UNITS[written.removeprefix(number).strip()]
