import { HTTP } from "cloudevents";

export default {
  name: "cloudevents",
  sdk: "cloudevents",
  passed: "com.example.order.paid",
  denied: "com.example.order.viewed",
  event: (type, note) => ({
    json: { specversion: "1.0", id: "1", source: "/orders", data: { note }, type },
    headers: { "Content-Type": "application/cloudevents+json" },
  }),
  unsigned: "signs nothing",
  // As behind a framework's own parser: the SDK's stumbles over white space in front.
  verify: ({ text, headers }) => HTTP.toEvent({ headers, body: JSON.parse(text) }).data.note.length > 0,
  handshakes: [
    {
      name: "OPTIONS",
      method: "OPTIONS",
      headers: { "WebHook-Request-Origin": "eventemitter.example.com" },
      expected: { status: 200, body: "asked" },
    },
  ],
  answer: ({ method }) => (method === "OPTIONS" ? { status: 200, body: "asked" } : undefined),
};
