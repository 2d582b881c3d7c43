import { verifySlackRequest } from "@slack/bolt";

import { hex } from "../hmac.mjs";

const secret = "8f742231b10e8888abcd99yyyzzz85a5";
const challenge = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P";

export default {
  name: "slack",
  sdk: "@slack/bolt",
  passed: "message",
  denied: "reaction_added",
  event: (type, note) => ({
    json: { token: "unused", team_id: "T1", event: { type, text: note }, type: "event_callback", event_id: "Ev1" },
  }),
  secret,
  timed: true,
  signature: "X-Slack-Signature",
  sign: ({ text, at }) => ({
    "X-Slack-Request-Timestamp": String(at),
    "X-Slack-Signature": `v0=${hex(secret, `v0:${at}:${text}`)}`,
  }),
  verify({ text, headers }) {
    verifySlackRequest({
      signingSecret: secret,
      body: text,
      headers: {
        "x-slack-signature": headers["x-slack-signature"],
        "x-slack-request-timestamp": Number(headers["x-slack-request-timestamp"]),
      },
    });
  },
  handshakes: [
    {
      name: "url_verification",
      body: JSON.stringify({ token: "unused", challenge, type: "url_verification" }),
      expected: { status: 200, body: challenge },
    },
  ],
  answer(request) {
    if (request.headers["content-encoding"] || !request.text.includes('"url_verification"')) return undefined;
    this.verify(request);
    return { status: 200, body: JSON.parse(request.text).challenge };
  },
};
