#!/usr/bin/env python3
"""Checks the configs here: plain Envoy's by Envoy itself, Istio's by putting its patches into plain Envoy's, that of Envoy
Gateway by comparing what it asks of Envoy with the plain one, and Istio's and Kubernetes' own kinds by their schemas.

Needs PyYAML, kubernetes-validate and Node, and says nothing if all is well.
"""

import argparse
import copy
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import kubernetes_validate
import yaml

HERE = Path(__file__).resolve().parent
MANAGER = "envoy.filters.network.http_connection_manager"
EXT_PROC = "envoy.filters.http.ext_proc"
ROUTER = "envoy.filters.http.router"
# Of Kubernetes: those kinds of which kubernetes-validate has the schemas.
KUBERNETES = "1.33"
# Reads a document from stdin.
ISTIO = """
import {EnvoyFilter} from "@kubernetes-models/istio/networking.istio.io/v1alpha3/EnvoyFilter";
import {readFileSync} from "node:fs";
new EnvoyFilter(JSON.parse(readFileSync(0))).validate();
"""


def documents(name):
    return list(yaml.safe_load_all((HERE / name).read_text()))


def manager(config):
    """The HTTP connection manager of the only listener."""
    (listener,) = config["static_resources"]["listeners"]
    (chain,) = listener["filter_chains"]
    (found,) = (each for each in chain["filters"] if each["name"] == MANAGER)
    return found["typed_config"]


def hosts(config):
    return manager(config)["route_config"]["virtual_hosts"]


def ext_proc(config):
    (found,) = (each for each in manager(config)["http_filters"] if each["name"] == EXT_PROC)
    return found


def validate(envoy, config):
    """Has Envoy say whether it would start with this."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        yaml.safe_dump(config, file)
        file.flush()
        command = [envoy, "--mode", "validate", "--log-level", "error", "-c", file.name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"Envoy does not take this:\n{yaml.safe_dump(config)}\n{done.stderr}")


def validate_filter(modules, document):
    """Has the schema of an EnvoyFilter say whether this is one."""
    done = subprocess.run(
        ["node", "--input-type=module", "-e", ISTIO],
        cwd=modules,
        input=json.dumps(document),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        sys.exit(f"istio.yaml is no EnvoyFilter:\n{done.stderr}")


def patched(plain, patches):
    """Plain Envoy's config with what it has of hooksieve taken out, and these patches put in as Istio does it."""
    config = copy.deepcopy(plain)
    clusters = config["static_resources"]["clusters"]
    clusters[:] = [each for each in clusters if each["name"] != "hooksieve"]
    filters = manager(config)["http_filters"]
    filters.remove(ext_proc(config))
    for host in hosts(config):
        del host["request_body_buffer_limit"]
    for each in patches:
        to, patch = each["applyTo"], each["patch"]
        if (to, patch["operation"]) == ("CLUSTER", "ADD"):
            clusters.append(patch["value"])
        elif (to, patch["operation"]) == ("HTTP_FILTER", "INSERT_BEFORE"):
            behind = each["match"]["listener"]["filterChain"]["filter"]
            assert behind == {"name": MANAGER, "subFilter": {"name": ROUTER}}
            place = [one["name"] for one in filters].index(ROUTER)
            filters.insert(place, patch["value"])
        elif (to, patch["operation"]) == ("VIRTUAL_HOST", "MERGE"):
            for host in hosts(config):
                host.update(patch["value"])
        else:
            sys.exit(f"nobody knows how Istio does this: {each}")
    return config


def of_gateway(policy):
    """What Envoy Gateway makes of a policy: the fields of the filter."""
    (written,) = policy["spec"]["extProc"]
    written = dict(written)
    mode = dict(written.pop("processingMode"))
    request, response = dict(mode.pop("request")), mode.pop("response")
    bodies = {"Buffered": "BUFFERED"}
    meant = {
        "failure_mode_allow": written.pop("failOpen"),
        "message_timeout": written.pop("messageTimeout"),
        "allow_mode_override": mode.pop("allowModeOverride"),
        "request_attributes": request.pop("attributes"),
        "processing_mode": {
            "request_header_mode": "SEND",
            "request_body_mode": bodies[request.pop("body")],
            "response_header_mode": "SEND",
        },
    }
    assert response == {}
    (backend,) = written.pop("backendRefs")
    left = (written, mode, request)
    assert not any(left), f"nobody knows what this means: {left}"
    return meant, backend


def check_same(what, here, there):
    if here != there:
        sys.exit(f"{what} differs:\n{here}\n{there}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--envoy", required=True, help="the program")
    parser.add_argument("--modules", required=True, help="where @kubernetes-models/istio is installed by npm")
    arguments = parser.parse_args()

    (plain,) = documents("envoy.yaml")
    validate(arguments.envoy, plain)
    asked = ext_proc(plain)["typed_config"]
    (limit,) = {host["request_body_buffer_limit"] for host in hosts(plain)}

    (istio,) = documents("istio.yaml")
    validate_filter(arguments.modules, istio)
    config = patched(plain, istio["spec"]["configPatches"])
    validate(arguments.envoy, config)
    check_same("the filter of istio.yaml", ext_proc(config), ext_proc(plain))
    check_same("the limit of istio.yaml", hosts(config), hosts(plain))

    policy, clients = documents("gateway.yaml")
    meant, backend = of_gateway(policy)
    same = {key: value for key, value in asked.items() if key in meant}
    check_same("the filter of gateway.yaml", meant, same)
    check_same("the limit of gateway.yaml", clients["spec"]["connection"]["bufferLimit"], f"{limit >> 20}Mi")

    config_map, deployment, service = documents("extproc.yaml")
    for each in (config_map, deployment, service):
        kubernetes_validate.validate(each, KUBERNETES, strict=True)
    (port,) = service["spec"]["ports"]
    name = service["metadata"]["name"]
    check_same("the backend of gateway.yaml", backend, {"name": name, "port": port["port"]})
    (cluster,) = (each for each in config["static_resources"]["clusters"] if each["name"] == "hooksieve")
    ((endpoint,),) = (each["lb_endpoints"] for each in cluster["load_assignment"]["endpoints"])
    address = endpoint["endpoint"]["address"]["socket_address"]
    namespace = service["metadata"]["namespace"]
    host = f"{name}.{namespace}.svc.cluster.local"
    check_same("the endpoint of istio.yaml", address, {"address": host, "port_value": port["port"]})


if __name__ == "__main__":
    main()
