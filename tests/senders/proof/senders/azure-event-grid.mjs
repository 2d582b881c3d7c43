const validation = { id: "1", topic: "", subject: "", eventType: "Microsoft.EventGrid.SubscriptionValidationEvent", data: { validationCode: "512d" } };

export default {
  name: "azure-event-grid",
  passed: "Microsoft.Storage.BlobCreated",
  denied: "Microsoft.Storage.BlobDeleted",
  event: (type, note) => ({
    json: [{ id: "1", eventType: type, subject: note, data: {}, dataVersion: "1" }],
    headers: { "aeg-event-type": "Notification" },
  }),
  unsigned: "signs nothing",
  handshakes: [
    {
      name: "SubscriptionValidationEvent",
      headers: { "aeg-event-type": "SubscriptionValidation" },
      body: JSON.stringify([validation]),
      expected: { status: 200, body: '{"validationResponse":"512d"}' },
    },
  ],
  answer({ headers, text }) {
    if (headers["aeg-event-type"] !== "SubscriptionValidation") return undefined;
    return { status: 200, body: JSON.stringify({ validationResponse: JSON.parse(text)[0].data.validationCode }) };
  },
};
