import { hex, same } from "../hmac.mjs";

const secret = "a secret of an app";

export default {
  name: "dropbox",
  passed: "any",
  denied: "other",
  event: (_, note) => ({ json: { list_folder: { accounts: ["dbid:AAH4f99T0taONIb"] }, delta: { users: [1] }, note } }),
  untyped: "names no types",
  secret,
  bytes: true,
  signature: "X-Dropbox-Signature",
  sign: ({ signed }) => ({ "X-Dropbox-Signature": hex(secret, signed) }),
  verify: ({ signed, headers }) => same(headers["x-dropbox-signature"], hex(secret, signed)),
  handshakes: [{ name: "GET", method: "GET", query: "?challenge=abc", expected: { status: 200, body: "abc" } }],
  answer: ({ method, query }) => (method === "GET" ? { status: 200, body: query.get("challenge") } : undefined),
};
