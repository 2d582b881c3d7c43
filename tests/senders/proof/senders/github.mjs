import { Webhooks } from "@octokit/webhooks";

const secret = "It's a Secret to Everybody";
const webhooks = new Webhooks({ secret });
const ping = JSON.stringify({ zen: "Keep it logically awesome.", hook_id: 1, hook: { type: "Repository" } });

export default {
  name: "github",
  sdk: "@octokit/webhooks",
  passed: "pull_request.opened",
  denied: "workflow_job.queued",
  event(type, note) {
    const [event, action] = type.split(".");
    return {
      json: { action, number: 1, repository: { full_name: "octocat/hello", description: note } },
      headers: { "X-GitHub-Event": event, "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958" },
    };
  },
  secret,
  signature: "X-Hub-Signature-256",
  sign: async ({ text }) => ({ "X-Hub-Signature-256": await webhooks.sign(text) }),
  verify: ({ text, headers }) => webhooks.verify(text, headers["x-hub-signature-256"]),
};
