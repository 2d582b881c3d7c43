export default {
  name: "paypal",
  passed: "PAYMENT.SALE.COMPLETED",
  denied: "BILLING.PLAN.CREATED",
  event: (type, note) => ({ json: { id: "WH-1", event_version: "1.0", event_type: type, summary: note } }),
  unsigned: "signs with a certificate that must be fetched",
};
