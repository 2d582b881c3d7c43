"""The Python library named by the argument."""

import importlib
import sys

library = sys.argv[1]
module = importlib.import_module(library)

if library == "pydantic":

    class Event(module.BaseModel):
        type: object = None
        kind: object = None

    def parse(body):
        event = Event.model_validate_json(body)
        return {name: getattr(event, name) for name in event.model_fields_set}

elif library == "msgspec":
    parse = module.json.decode
elif library in ("sqlite3", "apsw"):
    import sqlite

    parse = sqlite.parser(module)
else:
    parse = module.loads


def read(key, body):
    try:
        json = parse(body)
        if not isinstance(json, dict) or key not in json:
            return "nothing"
        if not isinstance(json[key], str):
            return "other"
        return "string " + json[key].encode("utf-8", "surrogatepass").hex()
    except Exception:
        return "error"


for line in sys.stdin:
    key, body, _ = line.split("\t")
    print(read(key, bytes.fromhex(body)), flush=True)
