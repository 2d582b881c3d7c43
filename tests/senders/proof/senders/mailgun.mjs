import { hex, same } from "../hmac.mjs";

const key = "a-key-of-a-webhook";
const token = "b5e6b5e6";

export default {
  name: "mailgun",
  passed: "failed",
  denied: "opened",
  event: (type, note) => ({
    json: {
      signature: { token, timestamp: "1764417600", signature: hex(key, "1764417600", token) },
      "event-data": { event: type, recipient: note },
    },
  }),
  unsigned: "signs inside the body",
  sign: () => ({}),
  // The signature covers the time and the token only.
  breaks: "1764417600",
  verify({ text }) {
    const { timestamp, token, signature } = JSON.parse(text).signature;
    return same(signature, hex(key, timestamp, token));
  },
};
