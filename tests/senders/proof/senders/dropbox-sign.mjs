import { EventCallbackHelper, EventCallbackRequest } from "@dropbox/sign";

import { hex } from "../hmac.mjs";

const key = "a-key-of-an-api";
const callback = (type, note) => ({
  event: { event_time: "1764417600", event_type: type, event_hash: hex(key, "1764417600", type), event_metadata: null },
  signature_request: { title: note },
});
const hello = "Hello API Event Received";

export default {
  name: "dropbox-sign",
  sdk: "@dropbox/sign",
  passed: "signature_request_signed",
  denied: "signature_request_viewed",
  event: (type, note) => ({ multipart: { name: "json", json: callback(type, note) } }),
  untyped: "sends multipart forms, which no source reads",
  unsigned: "signs inside the body",
  sign: () => ({}),
  // The signature covers the time and the type only.
  breaks: "1764417600",
  verify({ text }) {
    const json = text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1);
    return EventCallbackHelper.isValid(key, EventCallbackRequest.init(JSON.parse(json)));
  },
};
