import { AwsLambdaReceiver } from "@zoom/rivet/meetings";

import { hex, same } from "../hmac.mjs";

const secret = "a-token-of-an-app";
const plainToken = "qgg8vlvZRS6UYooatFL8Aw";
const receiver = new AwsLambdaReceiver({ webhooksSecretToken: secret });
receiver.init({ eventEmitter: { emit() {} } });
const receive = receiver.start();

/** What the SDK answers. It prints each event, which is 3 MB now and then. */
async function received(text, headers) {
  const { debug } = console;
  console.debug = () => {};
  try {
    return await receive({ body: text, headers, isBase64Encoded: false }, {});
  } finally {
    console.debug = debug;
  }
}

export default {
  name: "zoom",
  sdk: "@zoom/rivet",
  passed: "meeting.started",
  denied: "meeting.participant_joined",
  event: (type, note) => ({ json: { event: type, event_ts: 1, payload: { account_id: "1", object: { topic: note } } } }),
  secret,
  timed: true,
  signature: "x-zm-signature",
  sign: ({ text, at }) => ({
    "x-zm-request-timestamp": String(at),
    "x-zm-signature": `v0=${hex(secret, `v0:${at}:${text}`)}`,
  }),
  async verify({ text, headers }) {
    // The SDK verifies what it would write itself; other bytes than those only their formula knows.
    if (JSON.stringify(JSON.parse(text)) === text) return (await received(text, headers)).statusCode === 200;
    return same(headers["x-zm-signature"], `v0=${hex(secret, `v0:${headers["x-zm-request-timestamp"]}:${text}`)}`);
  },
  handshakes: [
    {
      name: "endpoint.url_validation",
      body: JSON.stringify({ payload: { plainToken }, event_ts: 1, event: "endpoint.url_validation" }),
      expected: { status: 200, body: JSON.stringify({ encryptedToken: hex(secret, plainToken), plainToken }) },
    },
  ],
  async answer({ text, headers }) {
    if (!text.includes("endpoint.url_validation")) return undefined;
    const { statusCode, body } = await received(text, headers);
    return { status: statusCode, body };
  },
};
