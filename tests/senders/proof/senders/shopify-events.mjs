import shopify from "./shopify.mjs";

/** Shopify's newer subscriptions, of which the SDK knows the header fields. */
export default {
  ...shopify,
  name: "shopify-events",
  title: "shopify, Events",
  preset: "shopify",
  // The preset reads X-Shopify-Topic.
  settings: { "filter.type": ["header:shopify-topic", "header:shopify-action"] },
  passed: "orders.update",
  denied: "products.update",
  event(type, note) {
    const [topic, action] = type.split(".");
    return {
      json: { id: "gid://shopify/Order/1", note },
      headers: {
        "shopify-topic": topic,
        "shopify-action": action,
        "shopify-shop-domain": "a-shop.myshopify.com",
        "shopify-api-version": "2026-07",
        "shopify-webhook-id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
        "shopify-event-id": "98880550-7158-44d4-b7cd-2c97c8a091b5",
      },
    };
  },
  signature: "shopify-hmac-sha256",
  sign: (about) => ({ "shopify-hmac-sha256": shopify.sign(about)["X-Shopify-Hmac-Sha256"] }),
};
