import { base64, same } from "../hmac.mjs";

const secret = "a-key-of-a-webhook";
const empty = JSON.stringify({ events: [], firstEventSequence: 0, lastEventSequence: 0, entropy: "S0m3r4Nd0mt3xt" });

export default {
  name: "xero",
  passed: "INVOICE.UPDATE",
  denied: "CONTACT.CREATE",
  event(type, note) {
    const [eventCategory, eventType] = type.split(".");
    return { json: { events: [{ resourceId: note, eventCategory, eventType }], firstEventSequence: 1, entropy: "x" } };
  },
  secret,
  bytes: true,
  signature: "x-xero-signature",
  sign: ({ signed }) => ({ "x-xero-signature": base64(secret, signed) }),
  verify: ({ signed, headers }) => same(headers["x-xero-signature"], base64(secret, signed)),
  handshakes: [
    { name: "intent to receive", body: empty, expected: { status: 200, body: "" } },
    {
      name: "intent to receive, wrongly signed",
      body: empty,
      headers: { "x-xero-signature": "d3Jvbmc=" },
      signs: false,
      expected: { status: 401, body: "" },
      isForged: true,
    },
  ],
  answer(request) {
    if (request.text !== empty) return undefined;
    return { status: this.verify(request) ? 200 : 401 };
  },
};
