import { same, sha1Base64 } from "../hmac.mjs";

const secret = "a secret of a power-up";

export default {
  name: "trello",
  passed: "updateCard",
  denied: "commentCard",
  event: (type, note) => ({ json: { action: { id: "1", type, data: { text: note } }, model: { id: "1" } } }),
  secret,
  url: true,
  bytes: true,
  signature: "X-Trello-Webhook",
  sign: ({ signed, url }) => ({ "X-Trello-Webhook": sha1Base64(secret, signed, url) }),
  verify: ({ signed, url, headers }) => same(headers["x-trello-webhook"], sha1Base64(secret, signed, url)),
  handshakes: [{ name: "HEAD", method: "HEAD", expected: { status: 200, body: "" } }],
  answer: ({ method }) => (method === "HEAD" ? { status: 200 } : undefined),
};
