import { Environment, LogLevel, Paddle } from "@paddle/paddle-node-sdk";

import { hex } from "../hmac.mjs";

const secret = "pdl_ntfset_01_secret";
const paddle = new Paddle("unused", { environment: Environment.sandbox, logLevel: LogLevel.none });

export default {
  name: "paddle",
  sdk: "@paddle/paddle-node-sdk",
  passed: "transaction.completed",
  denied: "product.updated",
  event: (type, note) => ({
    json: { event_id: "evt_1", event_type: type, occurred_at: "2026-11-29T12:00:00Z", data: { note } },
  }),
  secret,
  timed: true,
  signature: "Paddle-Signature",
  sign: ({ text, at }) => ({ "Paddle-Signature": `ts=${at};h1=${hex(secret, `${at}:${text}`)}` }),
  // Of several the SDK takes the last.
  others({ headers }) {
    const [ts, h1] = headers["Paddle-Signature"].split(";");
    return { "two secrets": { "Paddle-Signature": `${ts};h1=${"0".repeat(64)};${h1}` } };
  },
  verify: ({ text, headers }) => paddle.webhooks.isSignatureValid(text, secret, headers["paddle-signature"]),
};
