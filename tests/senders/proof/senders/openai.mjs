import OpenAI from "openai";

import { standard } from "../standard.mjs";

const secret = "whsec_b3BlbmFpIHNheXMgc28gaGVyZQ==";
const openai = new OpenAI({ apiKey: "unused", webhookSecret: secret });

export default {
  name: "openai",
  sdk: "openai",
  ...standard(secret, "webhook", { passed: "response.completed", denied: "batch.completed" }),
  verify: async ({ text, headers }) => Boolean(await openai.webhooks.unwrap(text, headers)),
};
