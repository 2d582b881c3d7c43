"""The restricted profile of Kubernetes' Pod Security Standards, as far as a pod can break it."""

VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}


def hold(pod):
    """Fails at the first thing that the profile forbids; and, of hooksieve itself, at a root that it could write to."""
    spec, of_pod = pod.spec, pod.spec.get("securityContext", {})
    for forbidden in ["hostNetwork", "hostPID", "hostIPC"]:
        assert not spec.get(forbidden), f"{pod.name}: {forbidden}"
    for volume in spec.get("volumes", []):
        assert set(volume) - {"name"} <= VOLUMES, f"{pod.name}: {volume}"
    for container in pod.containers + [one for one in spec.get("initContainers", []) if one not in pod.sidecars]:
        own, name = container.get("securityContext", {}), f"{pod.name}, {container['name']}"
        of_both = {**of_pod, **own}
        assert of_both.get("runAsNonRoot") is True, f"{name}: runAsNonRoot"
        assert of_both.get("runAsUser") != 0, f"{name}: runAsUser"
        assert of_both.get("seccompProfile", {}).get("type") in ("RuntimeDefault", "Localhost"), f"{name}: seccompProfile"
        assert own.get("allowPrivilegeEscalation") is False, f"{name}: allowPrivilegeEscalation"
        assert not own.get("privileged"), f"{name}: privileged"
        capabilities = own.get("capabilities", {})
        assert capabilities.get("drop") == ["ALL"], f"{name}: capabilities.drop"
        assert set(capabilities.get("add", [])) <= {"NET_BIND_SERVICE"}, f"{name}: capabilities.add"
        assert all("hostPort" not in port for port in container.get("ports", [])), f"{name}: hostPort"
    assert pod.hooksieve["securityContext"].get("readOnlyRootFilesystem") is True, f"{pod.name}: readOnlyRootFilesystem"
