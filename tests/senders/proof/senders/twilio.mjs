import twilio from "twilio";

const secret = "a-token-of-an-account";

/** Parameters as the SDK wants them: a list for one that comes again. */
function parameters(text) {
  const form = new URLSearchParams(text);
  return Object.fromEntries([...new Set(form.keys())].map((name) => {
    const all = form.getAll(name);
    return [name, all.length > 1 ? all : all[0]];
  }));
}

export default {
  name: "twilio",
  sdk: "twilio",
  passed: "delivered",
  denied: "queued",
  event: (type, note) => ({
    form: [["MessageSid", "SM1"], ["MessageStatus", type], ["AccountSid", "AC1"], ["Body", note], ["ApiVersion", "2010-04-01"]],
  }),
  secret,
  url: true,
  repeats: true,
  get: "?MessageSid=SM1&MessageStatus=sent",
  signature: "X-Twilio-Signature",
  query: () => "?conf=a%20b&to=%2B1415",
  sign: ({ text, url }) => ({ "X-Twilio-Signature": twilio.getExpectedTwilioSignature(secret, url, parameters(text)) }),
  others({ about }) {
    const at = (port) => ({
      "X-Twilio-Signature": twilio.getExpectedTwilioSignature(
        secret,
        about.url.replace("hooks.example.com", `hooks.example.com${port}`),
        parameters(about.text),
      ),
    });
    return { "with the port": at(":443") };
  },
  verify: ({ text, url, headers }) => twilio.validateRequest(secret, headers["x-twilio-signature"], url, parameters(text)),
};
