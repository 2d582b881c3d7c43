import { generateKeyPairSync, sign } from "node:crypto";

import { verifyKey } from "discord-interactions";

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const key = Buffer.from(publicKey.export({ format: "jwk" }).x, "base64url").toString("hex");

export default {
  name: "discord",
  sdk: "discord-interactions",
  passed: "ENTITLEMENT_CREATE",
  denied: "QUEST_USER_ENROLLMENT",
  event: (type, note) => ({
    json: { version: 1, application_id: "1", type: 1, event: { type, timestamp: "2026-11-29T12:00:00Z", data: { note } } },
  }),
  secret: key,
  bytes: true,
  timed: true,
  signature: "X-Signature-Ed25519",
  sign: ({ signed, at }) => ({
    "X-Signature-Timestamp": String(at),
    "X-Signature-Ed25519": sign(null, Buffer.concat([Buffer.from(String(at)), signed]), privateKey).toString("hex"),
  }),
  verify: ({ signed, headers }) =>
    verifyKey(signed, headers["x-signature-ed25519"], headers["x-signature-timestamp"], key),
  handshakes: [{ name: "PING", body: '{"version":1,"application_id":"1","type":0}', expected: { status: 204, body: "" } }],
  answer: ({ text }) => (text.endsWith('"type":0}') ? { status: 204 } : undefined),
};
