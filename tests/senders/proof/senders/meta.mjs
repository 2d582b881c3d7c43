import { hex, same } from "../hmac.mjs";

const secret = "a secret of an app";

export default {
  name: "meta",
  passed: "messages",
  denied: "message_template_status_update",
  event: (type, note) => ({
    json: { object: "whatsapp_business_account", entry: [{ id: "1", changes: [{ value: { text: note }, field: type }] }] },
  }),
  secret,
  bytes: true,
  signature: "X-Hub-Signature-256",
  sign: ({ signed }) => ({ "X-Hub-Signature-256": `sha256=${hex(secret, signed)}` }),
  verify: ({ signed, headers }) => same(headers["x-hub-signature-256"], `sha256=${hex(secret, signed)}`),
  handshakes: [
    {
      name: "GET",
      method: "GET",
      query: "?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=meatyhamhock",
      expected: { status: 200, body: "1158201444" },
    },
  ],
  answer: ({ method, query }) => (method === "GET" ? { status: 200, body: query.get("hub.challenge") } : undefined),
};
