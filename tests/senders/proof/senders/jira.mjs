import { hex, same } from "../hmac.mjs";

const secret = "a secret of a webhook";

export default {
  name: "jira",
  passed: "jira:issue_created",
  denied: "jira:issue_updated",
  event: (type, note) => ({ json: { timestamp: 1, webhookEvent: type, issue: { fields: { summary: note } } } }),
  secret,
  bytes: true,
  signature: "X-Hub-Signature",
  sign: ({ signed }) => ({ "X-Hub-Signature": `sha256=${hex(secret, signed)}` }),
  verify: ({ signed, headers }) => same(headers["x-hub-signature"], `sha256=${hex(secret, signed)}`),
};
