export default {
  name: "mailchimp",
  passed: "unsubscribe",
  denied: "campaign",
  event: (type, note) => ({ form: [["type", type], ["fired_at", "2026-11-29 12:00:00"], ["data[merges][NOTE]", note]] }),
  unsigned: "signs nothing",
  handshakes: [{ name: "GET", method: "GET", expected: { status: 200, body: "here" } }],
  answer: ({ method }) => (method === "GET" ? { status: 200, body: "here" } : undefined),
};
