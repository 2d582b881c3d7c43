import { same, sha1Hex } from "../hmac.mjs";

const secret = "a secret of an app";

export default {
  name: "intercom",
  passed: "conversation.user.created",
  denied: "contact.created",
  event: (type, note) => ({ json: { type: "notification_event", app_id: "1", data: { item: { note } }, topic: type } }),
  secret,
  bytes: true,
  signature: "X-Hub-Signature",
  sign: ({ signed }) => ({ "X-Hub-Signature": `sha1=${sha1Hex(secret, signed)}` }),
  verify: ({ signed, headers }) => same(headers["x-hub-signature"], `sha1=${sha1Hex(secret, signed)}`),
  handshakes: [
    {
      name: "ping",
      body: '{"type":"notification_event","topic":"ping"}',
      expected: { status: 200, body: "pong" },
    },
  ],
  answer: ({ text }) => (text.includes('"topic":"ping"') ? { status: 200, body: "pong" } : undefined),
};
