// The real binary: one process, with routes for each sender.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** What hooksieve answers in the endpoint's place. */
export const DROPPED = "dropped by its type";
/** Where senders believe the endpoint to be. */
export const HOST = "hooks.example.com";
const PATIENCE = 20_000;

/** The routes of a sender by what they are for, with the keys of each beside those of its preset. */
export function routes(sender) {
  const { name, denied, secret, url, settings } = sender;
  const common = { ...settings, "drop.status": 200, "drop.body": DROPPED };
  const address = url && { "verify.url": `https://${HOST}/${name}/verified` };
  const verify = { "verify.secret": `env:${variable(sender)}`, ...address };
  return {
    behind: { ...common, "filter.deny": [denied] },
    ...(secret && { verified: { ...common, ...verify, "filter.deny": [denied] } }),
    allowed: { ...common, "filter.allow": ["hooksieve.names.none.such"] },
    everything: { ...common, "filter.deny": ["*"] },
  };
}

/** Where its secret is found. */
function variable(sender) {
  return `SECRET_OF_${sender.name.toUpperCase().replaceAll("-", "_")}`;
}

/** Starts it before the endpoint. Fails when it does not listen in time. */
export async function start(binary, endpoint, senders) {
  const directory = mkdtempSync(join(tmpdir(), "hooksieve-proof-"));
  const path = join(directory, "config.toml");
  writeFileSync(path, config(endpoint, senders));
  const secrets = Object.fromEntries(senders.map((sender) => [variable(sender), sender.secret ?? ""]));
  const child = spawn(binary, ["--config", path], {
    env: { ...process.env, ...secrets },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const stop = () => {
    child.removeAllListeners("exit");
    child.kill("SIGKILL");
    rmSync(directory, { recursive: true, force: true });
  };
  process.once("exit", stop);
  const port = await new Promise((listens, fails) => {
    const late = setTimeout(() => fails(new Error("hooksieve is not ready")), PATIENCE);
    child.on("exit", (code) => fails(new Error(`hooksieve ended with ${code}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const entry = JSON.parse(line);
      if (entry.message === "ready") {
        clearTimeout(late);
        listens(Number(entry.listen.split(":").pop()));
      }
    });
  });
  return { port, stop };
}

function config(endpoint, senders) {
  const lines = [
    'listen = "127.0.0.1:0"',
    `upstream = "http://127.0.0.1:${endpoint}"`,
    'reload = "signal"',
    'log.format = "json"',
  ];
  for (const sender of senders) {
    for (const [purpose, keys] of Object.entries(routes(sender))) {
      lines.push("[[route]]", `path = "/${sender.name}/${purpose}"`, `sender = "${sender.preset ?? sender.name}"`);
      // What JSON writes of a number, a string or a list is TOML's too.
      for (const [key, value] of Object.entries(keys)) lines.push(`${key} = ${JSON.stringify(value)}`);
    }
  }
  return lines.join("\n") + "\n";
}
