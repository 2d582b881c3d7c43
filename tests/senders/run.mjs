#!/usr/bin/env node
// Holds hooksieve against the SDKs of those that send events. See README.md.

import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, "../..");
/** For all senders together, in milliseconds: half a minute is usual. */
const PATIENCE = 300_000;
const NODE = [20, 19];

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < NODE[0] || (major === NODE[0] && minor < NODE[1])) {
  throw new Error(`the SDKs need Node ${NODE.join(".")} or later, and this is ${process.versions.node}`);
}

const { values } = parseArgs({
  options: {
    binary: { type: "string", default: join(ROOT, "target/release/hooksieve") },
    matrix: { type: "string", default: join(ROOT, "docs/senders.md") },
    check: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    packages: { type: "string" },
  },
});

/** The SDKs need a place beside the programs that import them, and the source tree shall stay as it is. */
const place = values.packages ? resolve(values.packages) : mkdtempSync(join(tmpdir(), "hooksieve-senders-"));
mkdirSync(place, { recursive: true });
for (const name of ["package.json", "package-lock.json", "proof"]) {
  rmSync(join(place, name), { recursive: true, force: true });
  cpSync(join(HERE, name), join(place, name), { recursive: true });
}
if (!existsSync(join(place, "node_modules"))) {
  // No package may run a program of its own when it is installed.
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: place,
    stdio: "inherit",
  });
}
const options = ["--binary", resolve(values.binary), "--matrix", resolve(values.matrix), "--only", values.only];
const { status, error } = spawnSync(
  process.execPath,
  [join(place, "proof/main.mjs"), ...options, ...(values.check ? ["--check"] : [])],
  { stdio: "inherit", timeout: PATIENCE },
);
if (!values.packages) rmSync(place, { recursive: true });
if (error) console.error(`the proof did not end: ${error.message}`);
process.exit(status ?? 1);
