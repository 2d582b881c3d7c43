import { hex, same } from "../hmac.mjs";

const secret = "a key of a subscription";

export default {
  name: "calendly",
  passed: "invitee.created",
  denied: "routing_form_submission.created",
  event: (type, note) => ({ json: { event: type, created_at: "2026-11-29T12:00:00Z", payload: { note } } }),
  unsigned: "signs in a way that `[verify]` does not know",
  bytes: true,
  sign: ({ signed, at }) => ({ "Calendly-Webhook-Signature": `t=${at},v1=${hex(secret, `${at}.`, signed)}` }),
  verify({ signed, headers }) {
    const [at, v1] = headers["calendly-webhook-signature"].split(",").map((part) => part.slice(part.indexOf("=") + 1));
    return same(v1, hex(secret, `${at}.`, signed));
  },
};
