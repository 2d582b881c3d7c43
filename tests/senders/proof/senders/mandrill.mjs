import { same, sha1Base64 } from "../hmac.mjs";

const secret = "a-key-of-a-webhook";

/** The URL, and each field's name and value after it, by name. */
function content(url, text) {
  const fields = [...new URLSearchParams(text)].sort(([left], [right]) => (left < right ? -1 : 1));
  return [url, ...fields.flat()];
}

export default {
  name: "mandrill",
  passed: "hard_bounce",
  denied: "open",
  event: (type, note) => ({
    form: [["mandrill_events", JSON.stringify([{ event: type, msg: { subject: note } }, { event: type, msg: {} }])]],
  }),
  secret,
  url: true,
  signature: "X-Mandrill-Signature",
  sign: ({ text, url }) => ({ "X-Mandrill-Signature": sha1Base64(secret, ...content(url, text)) }),
  verify: ({ text, url, headers }) => same(headers["x-mandrill-signature"], sha1Base64(secret, ...content(url, text))),
  handshakes: [
    { name: "HEAD", method: "HEAD", expected: { status: 200, body: "" } },
    {
      name: "empty list",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: "mandrill_events=%5B%5D",
      expected: { status: 200, body: "an empty list" },
    },
  ],
  answer({ method, text }) {
    if (method === "HEAD") return { status: 200 };
    return text === "mandrill_events=%5B%5D" ? { status: 200, body: "an empty list" } : undefined;
  },
};
