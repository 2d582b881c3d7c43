"""jq."""

import base64
import subprocess
import sys

FILTER = """
if type == "object" and has($key)
then .[$key] | if type == "string" then "string " + @base64 else "other" end
else "nothing" end
"""

for line in sys.stdin:
    key, body, _ = line.split("\t")
    command = ["jq", "-r", "--arg", "key", key, FILTER]
    run = subprocess.run(command, input=bytes.fromhex(body), capture_output=True)
    said = run.stdout.decode().splitlines()
    if run.returncode != 0 or not said:
        print("error", flush=True)
    elif said[0].startswith("string "):
        print("string " + base64.b64decode(said[0][7:]).hex(), flush=True)
    else:
        print(said[0], flush=True)
