import { base64, same } from "../hmac.mjs";

const secret = "a secret of a shop";

export default {
  name: "woocommerce",
  passed: "order.created",
  denied: "product.updated",
  event: (type, note) => ({ json: { id: 1, note }, headers: { "X-WC-Webhook-Topic": type } }),
  secret,
  bytes: true,
  signature: "X-WC-Webhook-Signature",
  sign: ({ signed }) => ({ "X-WC-Webhook-Signature": base64(secret, signed) }),
  verify: ({ signed, headers }) => same(headers["x-wc-webhook-signature"], base64(secret, signed)),
};
