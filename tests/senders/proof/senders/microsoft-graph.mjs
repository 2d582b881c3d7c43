export default {
  name: "microsoft-graph",
  passed: "updated",
  denied: "deleted",
  event: (type, note) => ({ json: { value: [{ subscriptionId: "1", clientState: "s", changeType: type, resource: note }] } }),
  unsigned: "signs nothing; a state in the body",
  handshakes: [
    {
      name: "validationToken",
      query: "?validationToken=Validation%3a+Testing",
      headers: { "Content-Type": "text/plain; charset=utf-8", "Content-Length": "0" },
      expected: { status: 200, body: "Validation: Testing" },
    },
  ],
  answer({ query }) {
    const token = query.get("validationToken");
    return token ? { status: 200, headers: { "Content-Type": "text/plain" }, body: token } : undefined;
  },
};
