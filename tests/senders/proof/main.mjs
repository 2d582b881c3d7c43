// Asks each question with each sender, and holds the answers against the docs.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import * as endpoint from "./endpoint.mjs";
import * as hooksieve from "./hooksieve.mjs";
import { isSaved, save, table } from "./matrix.mjs";
import { No, NotAsked, QUESTIONS } from "./questions.mjs";
import { close } from "./send.mjs";
import { load } from "./senders.mjs";

const { values } = parseArgs({
  options: {
    binary: { type: "string" },
    matrix: { type: "string" },
    only: { type: "string" },
    check: { type: "boolean", default: false },
  },
});
const { dependencies } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url)));

// A stop in the midst of it ends hooksieve too.
for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => process.exit(1));
const { senders, isAll } = await load(values.only.split(","));
const counts = { yes: 0, no: 0, "–": 0 };
const rows = await proveAll();
const matrix = table(Object.keys(QUESTIONS), rows);
console.log(matrix);
process.exitCode = counts.no || !counts.yes ? 1 : 0;
if (!isAll) {
  console.log("not all senders: the docs are left alone");
} else if (!values.check) {
  save(values.matrix, matrix);
} else if (!isSaved(values.matrix, matrix)) {
  console.log(`${values.matrix} does not show this: run tests/senders/run.mjs and commit what it writes there`);
  process.exitCode = 1;
}
console.log(`${counts.yes} passed, ${counts.no} failed, ${counts["–"]} skipped`);

/** The rows of the matrix. Complains of what does not hold. */
async function proveAll() {
  const behind = await endpoint.start(senders);
  const sieve = await hooksieve.start(values.binary, behind.port, senders);
  const world = { port: sieve.port, arrived: behind.arrived };
  try {
    const rows = [];
    for (const sender of senders) rows.push(await prove(sender, world));
    return rows;
  } finally {
    close();
    sieve.stop();
    behind.stop();
  }
}

async function prove(sender, world) {
  const formula = sender.sign ? `its formula [below](#${sender.preset ?? sender.name})` : "what it sends";
  const by = sender.sdk ? `\`${sender.sdk}\` ${dependencies[sender.sdk]}` : formula;
  const row = [sender.title ?? sender.name, by];
  for (const [question, ask] of Object.entries(QUESTIONS)) {
    const { verdict, why } = await asked(ask, sender, world);
    counts[verdict] += 1;
    if (verdict === "no") console.error(`${sender.name}: ${question}: ${why}`);
    row.push(verdict === "–" ? `– ${why}` : verdict);
  }
  return row;
}

async function asked(ask, sender, world) {
  try {
    await ask(sender, world);
    return { verdict: "yes" };
  } catch (error) {
    if (error instanceof NotAsked) return { verdict: "–", why: error.message };
    return { verdict: "no", why: error instanceof No ? error.message : error.stack };
  }
}
