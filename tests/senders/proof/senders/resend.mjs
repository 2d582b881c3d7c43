import { Resend } from "resend";

import { standard } from "../standard.mjs";

const secret = "whsec_cmVzZW5kIHNheXMgc28gaGVyZQ==";
const resend = new Resend("re_unused");

export default {
  name: "resend",
  sdk: "resend",
  ...standard(secret, "svix", { passed: "email.bounced", denied: "email.opened" }),
  verify({ text, headers }) {
    const { "svix-id": id, "svix-timestamp": timestamp, "svix-signature": signature } = headers;
    const own = { id, timestamp, signature };
    return Boolean(resend.webhooks.verify({ payload: text, headers: own, webhookSecret: secret }));
  },
};
