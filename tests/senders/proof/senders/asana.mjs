import { hex, same } from "../hmac.mjs";

const secret = "a secret from the handshake";

export default {
  name: "asana",
  passed: "task.added",
  denied: "story.changed",
  event(type, note) {
    const [resource_type, action] = type.split(".");
    return { json: { events: [{ action, resource: { gid: "1", resource_type, name: note } }] } };
  },
  secret,
  bytes: true,
  signature: "X-Hook-Signature",
  sign: ({ signed }) => ({ "X-Hook-Signature": hex(secret, signed) }),
  verify: ({ signed, headers }) => same(headers["x-hook-signature"], hex(secret, signed)),
  handshakes: [
    {
      name: "X-Hook-Secret",
      headers: { "X-Hook-Secret": secret },
      body: "",
      signs: false,
      isBeforeSecret: true,
      expected: { status: 200, body: "" },
    },
    { name: "heartbeat", body: '{"events": []}', expected: { status: 200, body: "" } },
  ],
  answer({ headers, text }) {
    const secret = headers["x-hook-secret"];
    if (secret) return { status: 200, headers: { "X-Hook-Secret": secret } };
    return text === '{"events": []}' ? { status: 200 } : undefined;
  },
};
