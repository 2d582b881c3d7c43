import { hmacValidator as HmacValidator } from "@adyen/api-library";

const key = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056";
const validator = new HmacValidator();

export default {
  name: "adyen",
  sdk: "@adyen/api-library",
  passed: "AUTHORISATION",
  denied: "REPORT_AVAILABLE",
  event(type, note) {
    const item = {
      pspReference: "7914073381342284",
      originalReference: "",
      merchantAccountCode: "TestMerchant",
      merchantReference: note,
      amount: { value: 1130, currency: "EUR" },
      eventCode: type,
      success: "true",
    };
    const hmacSignature = validator.calculateHmac(item, key);
    const signed = { ...item, additionalData: { hmacSignature } };
    return { json: { live: "false", notificationItems: [{ NotificationRequestItem: signed }] } };
  },
  unsigned: "signs inside the body",
  sign: () => ({}),
  verify: ({ text }) =>
    JSON.parse(text).notificationItems.every((item) => validator.validateHMAC(item.NotificationRequestItem, key)),
};
