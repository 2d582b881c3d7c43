import { hex, same } from "../hmac.mjs";

const secret = "a secret of a repository";

export default {
  name: "bitbucket",
  passed: "pullrequest:created",
  denied: "repo:push",
  event: (type, note) => ({
    json: { actor: { type: "user", nickname: note }, repository: { type: "repository" } },
    headers: { "X-Event-Key": type },
  }),
  secret,
  bytes: true,
  signature: "X-Hub-Signature",
  sign: ({ signed }) => ({ "X-Hub-Signature": `sha256=${hex(secret, signed)}` }),
  verify: ({ signed, headers }) => same(headers["x-hub-signature"], `sha256=${hex(secret, signed)}`),
};
