import { hex, same } from "../hmac.mjs";

const secret = "s3cRe7s3cRe7";
const challenge = "pogchamp-kappa-360noscope-vohiyo";
const message = (headers) => headers["Twitch-Eventsub-Message-Id"] + headers["Twitch-Eventsub-Message-Timestamp"];
const about = (type, messageType) => ({
  "Twitch-Eventsub-Message-Type": messageType,
  "Twitch-Eventsub-Subscription-Type": type,
});
const subscription = { id: "1", type: "channel.follow", status: "enabled" };

export default {
  name: "twitch",
  passed: "channel.follow",
  denied: "stream.online",
  event: (type, note) => ({
    json: { subscription: { ...subscription, type }, event: { user_name: note } },
    headers: about(type, "notification"),
  }),
  secret,
  bytes: true,
  timed: true,
  signature: "Twitch-Eventsub-Message-Signature",
  sign({ signed, at }) {
    const headers = {
      "Twitch-Eventsub-Message-Id": "e76c6bd4-55c9-4987-8304-da1588d8988b",
      "Twitch-Eventsub-Message-Timestamp": new Date(at * 1000).toISOString().replace(".000Z", ".123456789Z"),
    };
    return { ...headers, "Twitch-Eventsub-Message-Signature": `sha256=${hex(secret, message(headers), signed)}` };
  },
  verify({ signed, headers }) {
    const about = headers["twitch-eventsub-message-id"] + headers["twitch-eventsub-message-timestamp"];
    return same(headers["twitch-eventsub-message-signature"], `sha256=${hex(secret, about, signed)}`);
  },
  handshakes: [
    {
      name: "webhook_callback_verification",
      headers: about("channel.follow", "webhook_callback_verification"),
      body: JSON.stringify({ challenge, subscription }),
      expected: { status: 200, body: challenge },
    },
    {
      name: "revocation",
      headers: about("channel.follow", "revocation"),
      body: JSON.stringify({ subscription: { ...subscription, status: "authorization_revoked" } }),
      expected: { status: 204, body: "" },
    },
  ],
  answer(request) {
    const type = request.headers["twitch-eventsub-message-type"];
    if (type === "notification") return undefined;
    if (!this.verify(request)) return { status: 403 };
    return type === "revocation" ? { status: 204 } : { status: 200, body: JSON.parse(request.text).challenge };
  },
};
