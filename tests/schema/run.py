#!/usr/bin/env python3
"""Holds the schema that `hooksieve schema` prints against configs that are right and configs that are wrong.

    pip install jsonschema
    cargo build --release
    tests/schema/run.py [--binary target/release/hooksieve]

The same configs are read by hooksieve itself in tests/it/schema.rs.
"""

import argparse
import json
import subprocess
import tomllib
from pathlib import Path

from jsonschema import Draft7Validator

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def cases(name):
    """By what each shows, the config."""
    sections = (HERE / name).read_text().split("\n## ")[1:]
    return dict(section.split("\n", 1) for section in sections)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, default=ROOT / "target/release/hooksieve")
    binary = parser.parse_args().binary.resolve()
    schema = json.loads(subprocess.run([binary, "schema"], check=True, stdout=subprocess.PIPE).stdout)
    Draft7Validator.check_schema(schema)
    validator = Draft7Validator(schema)
    shipped = {"the shipped file": (ROOT / "config.toml").read_text()}
    passed = failed = 0
    for right, configs in ((True, {**shipped, **cases("right.txt")}), (False, cases("wrong.txt"))):
        for name, text in configs.items():
            problems = [error.message for error in validator.iter_errors(tomllib.loads(text))]
            if right == (not problems):
                passed += 1
            else:
                failed += 1
                print(f"{name}: {problems or 'taken, though it is wrong'}")
    print(f"{passed} passed, {failed} failed")
    raise SystemExit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
