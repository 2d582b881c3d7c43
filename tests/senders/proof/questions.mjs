// What is asked of hooksieve with each sender: four questions, each answered by requests through the real binary.

import { bodies, usual } from "./bodies.mjs";
import { VERIFIED } from "./endpoint.mjs";
import { DROPPED, HOST, routes } from "./hooksieve.mjs";
import { send } from "./send.mjs";

/** Something is not as it should be. */
export class No extends Error {}
/** There is nothing to ask; says why. */
export class NotAsked extends Error {}

const HOUR = 3600;

/** The questions, by what the matrix calls them. */
export const QUESTIONS = {
  "accepted by `[verify]`": accepted,
  "verifies behind": behind,
  "dropped when denied": dropped,
  "handshake answered": shaken,
};

/** What its sender signed is accepted, and nothing else. */
async function accepted(sender, world) {
  if (!sender.secret) throw new NotAsked(sender.unsigned);
  for (const body of bodies(sender, sender.passed)) {
    // hooksieve verifies the bytes as sent, so that is what has to be signed.
    if (body.isCoded && !sender.bytes) continue;
    const request = await signed(sender, "verified", body);
    await expectVerified(world, request, body.name);
    for (const [name, headers] of Object.entries(sender.others?.(request) ?? {})) {
      await expectVerified(world, { ...request, headers: { ...request.headers, ...headers } }, `${body.name}, ${name}`);
    }
  }
  for (const [name, request] of Object.entries(await forgeries(sender, sender.passed))) {
    await expectAnswered(world, request, { status: 401 }, name);
  }
  if (sender.get) await expectGetsSigned(sender, world);
}

/** An event that is all in the query of a GET is signed like any other. */
async function expectGetsSigned(sender, world) {
  const path = `/${sender.name}/verified${sender.get}`;
  const headers = await sender.sign({ url: `https://${HOST}${path}`, text: "", signed: Buffer.alloc(0), at: now() });
  await expectVerified(world, { method: "GET", path, headers }, "a GET");
  await expectAnswered(world, { method: "GET", path: `${path}x`, headers }, { status: 401 }, "another GET");
  await expectAnswered(world, { method: "GET", path }, { status: 401 }, "a GET without a signature");
}

/** The SDK verifies behind hooksieve what it would verify without, and refuses what it would refuse. */
async function behind(sender, world) {
  for (const body of bodies(sender, sender.passed)) {
    const request = await signed(sender, "behind", body);
    await expectVerified(world, request, body.name);
    const [got] = world.arrived;
    if (!got.body.equals(request.body)) throw new No(`${body.name}: the endpoint got other bytes`);
    for (const name of Object.keys(request.headers)) {
      if (!got.names.includes(name)) throw new No(`${body.name}: the endpoint got no ${name}`);
    }
  }
  if (!sender.sign) throw new NotAsked(sender.unsigned);
  const good = await signed(sender, "behind", usual(sender, sender.passed));
  const bad = sender.token ? without(good, sender.signature) : changed(good, sender.breaks);
  await expectAnswered(world, bad, { status: 400 }, "a forgery, which the SDK must refuse", 1);
}

/** A denied type is dropped, where it is signed as it should be. */
async function dropped(sender, world) {
  if (sender.untyped) throw new NotAsked(sender.untyped);
  for (const body of bodies(sender, sender.denied)) {
    for (const purpose of sender.secret ? ["behind", "verified"] : ["behind"]) {
      if (purpose === "verified" && body.isCoded && !sender.bytes) continue;
      await expectDropped(world, await signed(sender, purpose, body), `${body.name}, ${purpose}`);
    }
  }
  for (const purpose of ["allowed", "everything"]) {
    await expectDropped(world, await signed(sender, purpose, usual(sender, sender.passed)), purpose);
  }
  if (!sender.secret) return;
  for (const [name, request] of Object.entries(await forgeries(sender, sender.denied))) {
    await expectAnswered(world, request, { status: 401 }, `denied, ${name}`);
  }
}

/** What must reach the endpoint does, whatever the rules say. */
async function shaken(sender, world) {
  if (!sender.handshakes) throw new NotAsked("has none");
  for (const purpose of Object.keys(routes(sender))) {
    for (const { name, expected, isForged, isBeforeSecret, ...handshake } of sender.handshakes) {
      if (purpose === "verified" && isBeforeSecret) continue;
      const request = await shake(sender, purpose, handshake);
      const arrivals = purpose === "verified" && isForged ? 0 : 1;
      await expectAnswered(world, request, expected, `${name}, ${purpose}`, arrivals);
    }
  }
}

/** An event as its sender signs it. */
async function signed(sender, purpose, body, at = now()) {
  const path = `/${sender.name}/${purpose}${sender.query?.(body) ?? ""}`;
  const url = `https://${HOST}${path}`;
  const about = { ...body, url, at, method: "POST", text: body.signed.toString() };
  const signature = (await sender.sign?.(about)) ?? {};
  return { path, headers: { ...body.headers, ...signature }, body: body.body, about };
}

/** A handshake, signed where its sender signs those. */
async function shake(sender, purpose, { method = "POST", query = "", headers = {}, body, signs = true }) {
  const path = `/${sender.name}/${purpose}${query}`;
  if (body === undefined) return { method, path, headers };
  const bytes = Buffer.from(body);
  const all = { "Content-Type": "application/json", ...headers, "Content-Length": String(bytes.length) };
  const about = { url: `https://${HOST}${path}`, at: now(), method, headers: all, signed: bytes, text: body };
  return { method, path, headers: { ...all, ...(signs && (await sender.sign?.(about))) }, body: bytes };
}

/** Requests that look like the sender's, and aren't. */
async function forgeries(sender, type) {
  const body = usual(sender, type);
  const good = await signed(sender, "verified", body);
  const header = sender.signature;
  const value = good.headers[header];
  const middle = value.length - 8;
  const other = value[middle] === "4" ? "5" : "4";
  const all = {
    "a signature with one character changed": {
      ...good,
      headers: { ...good.headers, [header]: value.slice(0, middle) + other + value.slice(middle + 1) },
    },
    "no signature": without(good, header),
  };
  if (!sender.token) all["a body with one bit changed"] = changed(good, sender.breaks);
  if (sender.timed) all["an hour old"] = await signed(sender, "verified", body, now() - HOUR);
  if (sender.query) all["for another address"] = { ...good, path: `${good.path}${good.path.includes("?") ? "&" : "?"}a=b` };
  return all;
}

/** The same with one bit of its body changed, so that it parses as before: at the end of this word. */
function changed(request, word = "note") {
  const body = Buffer.from(request.body);
  body[body.lastIndexOf(word) + word.length - 1] ^= 1;
  return { ...request, body };
}

function without(request, header) {
  const { [header]: _, ...headers } = request.headers;
  return { ...request, headers };
}

async function ask(world, request) {
  world.arrived.length = 0;
  return send(world.port, request);
}

async function expectVerified(world, request, name) {
  await expectAnswered(world, request, { status: 200, body: VERIFIED }, name, 1);
}

async function expectDropped(world, request, name) {
  await expectAnswered(world, request, { status: 200, body: DROPPED }, name);
}

/** Sends a request, and fails unless it is answered so and reaches the endpoint that many times. */
async function expectAnswered(world, request, expected, name, arrivals = 0) {
  const got = await ask(world, request);
  const wanted = JSON.stringify({ ...got, ...expected });
  if (JSON.stringify(got) !== wanted) throw new No(`${name}: ${JSON.stringify(got)} instead of ${wanted}`);
  if (world.arrived.length !== arrivals) throw new No(`${name}: reached the endpoint ${world.arrived.length} times`);
}

function now() {
  return Math.floor(Date.now() / 1000);
}
