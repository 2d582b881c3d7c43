import Stripe from "stripe";

const stripe = new Stripe("sk_test_unused");
const secret = "whsec_b0a1c2d3e4f5";

export default {
  name: "stripe",
  sdk: "stripe",
  passed: "invoice.paid",
  denied: "batch.created",
  // The type is the last key.
  event: (type, note) => ({ json: { id: "evt_1", object: "event", data: { object: { note } }, livemode: false, type } }),
  secret,
  signature: "Stripe-Signature",
  timed: true,
  sign: ({ text, at }) => ({
    "Stripe-Signature": stripe.webhooks.generateTestHeaderString({ payload: text, secret, timestamp: at }),
  }),
  others({ headers }) {
    const [at, v1] = headers["Stripe-Signature"].split(",");
    return { "two secrets": { "Stripe-Signature": `${at},v1=${"0".repeat(64)},${v1},v0=${"1".repeat(64)}` } };
  },
  verify: ({ text, headers }) => Boolean(stripe.webhooks.constructEvent(text, headers["stripe-signature"], secret)),
};
