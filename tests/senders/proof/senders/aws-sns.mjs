import { generateKeyPairSync, sign, verify } from "node:crypto";

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const NOTIFICATION = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];
const CONFIRMATION = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];

/** The names and values that are signed, each on a line. */
function content(message) {
  const names = message.Type === "Notification" ? NOTIFICATION : CONFIRMATION;
  return Buffer.from(names.filter((name) => name in message).map((name) => `${name}\n${message[name]}\n`).join(""));
}

function signed(message) {
  return { ...message, SignatureVersion: "2", Signature: sign("sha256", content(message), privateKey).toString("base64") };
}

function isSigned(message) {
  return verify("sha256", content(message), publicKey, Buffer.from(message.Signature, "base64"));
}

const common = { MessageId: "1", TopicArn: "arn:aws:sns:us-west-2:1:orders", Timestamp: "2026-11-29T12:00:00.000Z" };
const token = { Token: "2", SubscribeURL: "https://sns.example.com/" };
const confirmation = { Type: "SubscriptionConfirmation", ...common, ...token, Message: "You have chosen to subscribe" };
const about = (type, topic = common.TopicArn) => ({
  "Content-Type": "text/plain; charset=UTF-8",
  "x-amz-sns-message-type": type,
  "x-amz-sns-topic-arn": topic,
});

export default {
  name: "aws-sns",
  passed: common.TopicArn,
  denied: "arn:aws:sns:us-west-2:1:noise",
  event: (topic, note) => ({
    json: signed({ Type: "Notification", ...common, TopicArn: topic, Message: note }),
    headers: about("Notification", topic),
  }),
  unsigned: "signs with a certificate that must be fetched",
  sign: () => ({}),
  verify: ({ text }) => isSigned(JSON.parse(text)),
  handshakes: [
    {
      name: "SubscriptionConfirmation",
      headers: about("SubscriptionConfirmation"),
      body: JSON.stringify(signed(confirmation)),
      expected: { status: 200, body: "confirmed" },
    },
  ],
  answer({ headers, text }) {
    if (headers["x-amz-sns-message-type"] !== "SubscriptionConfirmation") return undefined;
    return isSigned(JSON.parse(text)) ? { status: 200, body: "confirmed" } : { status: 400 };
  },
};
