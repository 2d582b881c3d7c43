import twilio from "twilio";

import { createHash } from "node:crypto";

const secret = "a-token-of-an-account";

export default {
  name: "twilio-json",
  title: "twilio, JSON",
  preset: "twilio",
  sdk: "twilio",
  passed: "delivered",
  denied: "queued",
  event: (type, note) => ({ json: { MessageSid: "SM1", MessageStatus: type, note } }),
  // The preset reads forms.
  settings: { "filter.type": "MessageStatus" },
  secret,
  url: true,
  bytes: true,
  signature: "X-Twilio-Signature",
  query: ({ signed }) => `?conf=1&bodySHA256=${createHash("sha256").update(signed).digest("hex")}`,
  sign: ({ url }) => ({ "X-Twilio-Signature": twilio.getExpectedTwilioSignature(secret, url, {}) }),
  verify: ({ signed, url, headers }) => twilio.validateRequestWithBody(secret, headers["x-twilio-signature"], url, signed),
};
