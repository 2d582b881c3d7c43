import { Signature } from "@hubspot/api-client";

const secret = "a secret of an app";

export default {
  name: "hubspot",
  sdk: "@hubspot/api-client",
  passed: "contact.creation",
  denied: "contact.propertyChange",
  event: (type, note) => ({ json: [{ eventId: 1, subscriptionType: type, propertyValue: note }] }),
  unsigned: "signs in a way that `[verify]` does not know",
  sign: ({ text, url, at }) => ({
    "X-HubSpot-Request-Timestamp": String(at * 1000),
    "X-HubSpot-Signature-v3": Signature.getSignature("POST", "v3", {
      clientSecret: secret,
      requestBody: text,
      timestamp: at * 1000,
      url,
    }),
  }),
  verify: ({ text, url, headers }) =>
    Signature.isValid({
      signatureVersion: "v3",
      method: "POST",
      clientSecret: secret,
      requestBody: text,
      url,
      signature: headers["x-hubspot-signature-v3"],
      timestamp: Number(headers["x-hubspot-request-timestamp"]),
    }),
};
