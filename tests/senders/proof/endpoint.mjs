// The endpoint behind hooksieve: has each event verified as the sender's SDK does it.

import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";

import { HOST } from "./hooksieve.mjs";

/** What the sender of a verified event is told. */
export const VERIFIED = "verified by the endpoint";

/** Starts it on a free port. `arrived` holds the requests since it was last emptied. */
export async function start(senders) {
  const arrived = [];
  const byName = Object.fromEntries(senders.map((sender) => [sender.name, sender]));
  const server = createServer(async (message, response) => {
    const sender = byName[message.url.split(/[/?]/)[1]];
    const request = await read(message, sender);
    arrived.push(request);
    const { status, headers, body } = await answer(sender, request);
    response.writeHead(status, headers).end(body);
  });
  await new Promise((listens) => server.listen(0, "127.0.0.1", listens));
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { port: server.address().port, arrived, stop };
}

/** A request as an endpoint's framework hands it to an SDK. */
async function read(message, sender) {
  const body = await buffer(message);
  const zipped = message.headers["content-encoding"] === "gzip" && !sender.bytes;
  const signed = zipped ? gunzipSync(body) : body;
  return {
    method: message.method,
    url: `https://${message.headers.host}${message.url}`,
    query: new URL(message.url, `https://${HOST}`).searchParams,
    headers: message.headers,
    names: message.rawHeaders.filter((_, index) => index % 2 === 0),
    body,
    signed,
    text: signed.toString(),
  };
}

async function answer(sender, request) {
  try {
    const handshake = await sender.answer?.(request);
    if (handshake) return handshake;
    if ((await sender.verify?.(request)) === false) return { status: 400, body: "the signature does not fit" };
    return { status: 200, body: VERIFIED };
  } catch (error) {
    return { status: 400, body: String(error.message) };
  }
}
