"""Which route takes a request."""

import ipaddress
import re


class NoRoute(Exception):
    def __init__(self, status):
        self.status = status


def find(config, request):
    """The `[[route]]` of a request, or nothing for the top level."""
    routes = config.get("route", [])
    host = next((value for key, value in request.headers if key.lower() == "host"), "example.com")
    target = request.target
    absolute = re.match(r"https?://([^/?]*)(.*)", target)
    if absolute:
        host, target = absolute.groups()
    path = target.partition("?")[0] or "/"
    host = canonical(re.sub(r":\d*$", "", host))
    found = most_specific(routes, host, path)
    if found is None and not config.get("top", True):
        raise NoRoute(404)
    for other in forms(path):
        if most_specific(routes, host, other) is not found:
            raise NoRoute(400)
    return found or {}


def canonical(host):
    host = host.lower().removesuffix(".")
    if host.startswith("["):
        return f"[{ipaddress.IPv6Address(host[1:-1])}]"
    return host


def most_specific(routes, host, path):
    def takes(route):
        stem = route["path"].removesuffix("/*")
        is_below = stem != route["path"] and (path == stem or path.startswith(stem + "/"))
        is_host = "host" not in route or canonical(route["host"]) == host
        return is_host and path.startswith("/") and (is_below or path == route["path"])

    def rank(route):
        return "host" in route, not route["path"].endswith("/*"), len(route["path"])

    return max(filter(takes, routes), key=rank, default=None)


def forms(path):
    """All that some endpoint makes of a path, by any of these in any order."""
    escape = re.compile("%([0-9a-fA-F]{2})")

    def decode(kept):
        def byte(found):
            byte = chr(int(found.group(1), 16))
            return found.group() if re.fullmatch(kept, byte) else byte

        return lambda path: escape.sub(byte, path)

    steps = [
        decode("(?!)"),
        decode(r"[/\\]"),
        decode("[^A-Za-z0-9._~-]"),
        lambda path: re.sub("/+", "/", path),
        lambda path: resolve(path, False),
        lambda path: resolve(path, True),
        lambda path: re.sub(";[^/]*", "", path),
        lambda path: path.replace("\\", "/"),
        lambda path: re.split("[?#\0]", path)[0],
    ]
    if not re.search(r"[%;\\?#\0]|//|/\.\.?(/|$)", path):
        return set()
    seen, new = {path}, [path]
    while new and len(seen) < 1000:
        one = new.pop()
        if not re.search(r"[%;\\?#\0]|//|/\.\.?(/|$)", one):
            continue
        for form in (step(one) for step in steps):
            if form not in seen:
                seen.add(form)
                new.append(form)
    return seen


def resolve(path, cleaned):
    segments = path.removeprefix("/").split("/")
    kept = []
    for segment in segments:
        if segment == "..":
            kept[-1:] = []
        elif segment != "." and (segment or not cleaned):
            kept.append(segment)
    if segments[-1] in (".", "..") and not cleaned:
        kept.append("")
    return "/" + "/".join(kept)
