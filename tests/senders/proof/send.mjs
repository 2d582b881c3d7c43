// Requests, as senders make them: one at a time, each whole.

import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";

import { HOST } from "./hooksieve.mjs";

const PATIENCE = 20_000;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** Sends one, and gives the status and the body of its answer. */
export function send(port, { method = "POST", path, headers = {}, body }) {
  return new Promise((answers, fails) => {
    const options = { host: "127.0.0.1", port, method, path, agent, timeout: PATIENCE };
    const sent = request({ ...options, headers: { Host: HOST, ...headers } }, async (response) => {
      answers({ status: response.statusCode, body: await text(response) });
    });
    sent.on("timeout", () => sent.destroy(new Error("no answer in time")));
    sent.on("error", fails);
    sent.end(body);
  });
}

/** Closes what is kept open. */
export function close() {
  agent.destroy();
}
