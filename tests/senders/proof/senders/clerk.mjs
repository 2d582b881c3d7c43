import { verifyWebhook } from "@clerk/backend/webhooks";

import { standard } from "../standard.mjs";

const secret = "whsec_Y2xlcmsgc2F5cyBzbyBoZXJlLi4u";

export default {
  name: "clerk",
  sdk: "@clerk/backend",
  ...standard(secret, "svix", { passed: "user.created", denied: "session.created" }),
  async verify({ method, url, text, headers }) {
    const { "svix-id": id, "svix-timestamp": at, "svix-signature": signature } = headers;
    const own = { "svix-id": id, "svix-timestamp": at, "svix-signature": signature };
    return Boolean(await verifyWebhook(new Request(url, { method, headers: own, body: text }), { signingSecret: secret }));
  },
};
