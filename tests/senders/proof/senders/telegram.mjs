import { same } from "../hmac.mjs";

const secret = "a-token_of_a_bot";

export default {
  name: "telegram",
  passed: "message",
  denied: "edited_message",
  event: (type, note) => ({ json: { update_id: 1, [type]: { message_id: 1, text: note } } }),
  untyped: "has the type in a key, which no source reads",
  secret,
  token: true,
  signature: "X-Telegram-Bot-Api-Secret-Token",
  sign: () => ({ "X-Telegram-Bot-Api-Secret-Token": secret }),
  verify: ({ headers }) => same(headers["x-telegram-bot-api-secret-token"], secret),
};
