import { LinearWebhookClient } from "@linear/sdk/webhooks";

import { hex } from "../hmac.mjs";

const secret = "lin_wh_secret";
const webhooks = new LinearWebhookClient(secret);

export default {
  name: "linear",
  sdk: "@linear/sdk",
  passed: "Issue.create",
  denied: "Reaction.create",
  event(type, note) {
    const [kind, action] = type.split(".");
    return {
      json: { action, type: kind, data: { id: "1", title: note }, webhookTimestamp: Date.now(), webhookId: "1" },
      headers: { "Linear-Delivery": "1", "Linear-Event": kind },
    };
  },
  secret,
  signature: "Linear-Signature",
  sign: ({ signed }) => ({ "Linear-Signature": hex(secret, signed) }),
  verify: ({ signed, headers }) => webhooks.verify(signed, headers["linear-signature"]),
};
