import { WebhooksHelper } from "square";

import { base64 } from "../hmac.mjs";

const secret = "asdf1234";

export default {
  name: "square",
  sdk: "square",
  passed: "payment.created",
  denied: "inventory.count.updated",
  event: (type, note) => ({ json: { merchant_id: "1", type, event_id: "1", data: { type: "payment", object: { note } } } }),
  secret,
  url: true,
  signature: "x-square-hmacsha256-signature",
  sign: ({ signed, url }) => ({ "x-square-hmacsha256-signature": base64(secret, url, signed) }),
  verify: ({ text, url, headers }) =>
    WebhooksHelper.verifySignature({
      requestBody: text,
      signatureHeader: headers["x-square-hmacsha256-signature"],
      signatureKey: secret,
      notificationUrl: url,
    }),
};
