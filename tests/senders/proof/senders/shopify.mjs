import "@shopify/shopify-api/adapters/node";
import { ApiVersion, LogSeverity, shopifyApi } from "@shopify/shopify-api";

import { base64 } from "../hmac.mjs";

const secret = "hush";
const shopify = shopifyApi({
  apiKey: "unused",
  apiSecretKey: secret,
  scopes: [],
  hostName: "hooks.example.com",
  apiVersion: ApiVersion.July26,
  isEmbeddedApp: false,
  logger: { level: LogSeverity.Error },
});

export default {
  name: "shopify",
  sdk: "@shopify/shopify-api",
  passed: "orders/paid",
  denied: "products/update",
  event: (type, note) => ({
    json: { id: 820982911946154508, note, line_items: [] },
    headers: {
      "X-Shopify-Topic": type,
      "X-Shopify-Shop-Domain": "a-shop.myshopify.com",
      "X-Shopify-API-Version": "2026-07",
      "X-Shopify-Webhook-Id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
    },
  }),
  secret,
  signature: "X-Shopify-Hmac-Sha256",
  sign: ({ signed }) => ({ "X-Shopify-Hmac-Sha256": base64(secret, signed) }),
  async verify({ text, headers, url }) {
    const rawRequest = { method: "POST", url: new URL(url).pathname, headers };
    return (await shopify.webhooks.validate({ rawBody: text, rawRequest, rawResponse: {} })).valid;
  },
};
