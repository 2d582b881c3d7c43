import { base64, same } from "../hmac.mjs";

const secret = "a secret of a form";

export default {
  name: "typeform",
  passed: "form_response",
  denied: "form_response_partial",
  event: (type, note) => ({ json: { event_id: "1", event_type: type, form_response: { title: note } } }),
  secret,
  bytes: true,
  signature: "Typeform-Signature",
  sign: ({ signed }) => ({ "Typeform-Signature": `sha256=${base64(secret, signed)}` }),
  verify: ({ signed, headers }) => same(headers["typeform-signature"], `sha256=${base64(secret, signed)}`),
};
