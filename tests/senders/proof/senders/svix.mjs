import { Webhook } from "svix";

import { standard } from "../standard.mjs";

// The SDK takes those without `whsec_` in front too.
const secret = "C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const webhook = new Webhook(secret);

export default {
  name: "svix",
  sdk: "svix",
  ...standard(secret, "svix"),
  verify: ({ text, headers }) => Boolean(webhook.verify(text, headers)),
};
