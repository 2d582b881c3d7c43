import { HTTP } from "cloudevents";

export default {
  name: "cloudevents-binary",
  sdk: "cloudevents",
  passed: "com.example.order.paid",
  denied: "com.example.order.viewed",
  event: (type, note) => ({
    json: { note },
    headers: {
      "Content-Type": "application/json",
      "ce-specversion": "1.0",
      "ce-id": "1",
      "ce-source": "/orders",
      "ce-type": type,
    },
  }),
  unsigned: "signs nothing",
  // As behind a framework's own parser: the SDK's stumbles over white space in front.
  verify: ({ text, headers }) => HTTP.toEvent({ headers, body: JSON.parse(text) }).type.length > 0,
};
