import { same } from "../hmac.mjs";

const secret = "a-token-that-gitlab-sends";

export default {
  name: "gitlab",
  passed: "Merge Request Hook",
  denied: "Push Hook",
  event: (type, note) => ({
    json: { object_kind: type.toLowerCase().replace(" hook", "").replace(" ", "_"), project: { description: note } },
    headers: { "X-Gitlab-Event": type },
  }),
  secret,
  token: true,
  signature: "X-Gitlab-Token",
  sign: () => ({ "X-Gitlab-Token": secret }),
  verify: ({ headers }) => same(headers["x-gitlab-token"], secret),
};
