export default {
  name: "postmark",
  passed: "Bounce",
  denied: "Open",
  event: (type, note) => ({ json: { RecordType: type, MessageStream: "outbound", Description: note } }),
  unsigned: "signs nothing",
};
