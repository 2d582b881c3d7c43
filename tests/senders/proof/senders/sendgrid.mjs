import { generateKeyPairSync, sign } from "node:crypto";

import sendgrid from "@sendgrid/eventwebhook";

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const key = publicKey.export({ format: "der", type: "spki" }).toString("base64");
const webhook = new sendgrid.EventWebhook();

export default {
  name: "sendgrid",
  sdk: "@sendgrid/eventwebhook",
  passed: "bounce",
  denied: "open",
  event: (type, note) => ({
    json: [
      { email: "a@example.com", timestamp: 1, event: type, category: note },
      { email: "b@example.com", timestamp: 2, event: type },
    ],
  }),
  secret: key,
  timed: true,
  signature: "X-Twilio-Email-Event-Webhook-Signature",
  sign: ({ signed, at }) => ({
    "X-Twilio-Email-Event-Webhook-Timestamp": String(at),
    "X-Twilio-Email-Event-Webhook-Signature": sign(
      "sha256",
      Buffer.concat([Buffer.from(String(at)), signed]),
      privateKey,
    ).toString("base64"),
  }),
  verify: ({ text, headers }) =>
    webhook.verifySignature(
      webhook.convertPublicKeyToECDSA(key),
      text,
      headers["x-twilio-email-event-webhook-signature"],
      headers["x-twilio-email-event-webhook-timestamp"],
    ),
};
