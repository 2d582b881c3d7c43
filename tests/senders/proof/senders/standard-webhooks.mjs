import { Webhook } from "standardwebhooks";

import { standard } from "../standard.mjs";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const webhook = new Webhook(secret);

export default {
  name: "standard-webhooks",
  sdk: "standardwebhooks",
  ...standard(secret, "webhook"),
  verify: ({ text, headers }) => Boolean(webhook.verify(text, headers)),
};
