import { generateKeyPairSync, sign, verify } from "node:crypto";

import { standard } from "../standard.mjs";

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const raw = Buffer.from(publicKey.export({ format: "jwk" }).x, "base64url").toString("base64");
const id = "msg_p5jXN8AQM9LWM0D4loKWxJek";

export default {
  ...standard("whsec_dW51c2Vk", "webhook"),
  name: "standard-webhooks-ed25519",
  title: "standard-webhooks, v1a",
  preset: "standard-webhooks",
  secret: `whpk_${raw}`,
  bytes: true,
  others: undefined,
  sign: ({ signed, at }) => ({
    "webhook-id": id,
    "webhook-timestamp": String(at),
    "webhook-signature": `v1a,${sign(null, content(id, at, signed), privateKey).toString("base64")}`,
  }),
  verify({ signed, headers }) {
    const [version, signature] = headers["webhook-signature"].split(",");
    const all = content(headers["webhook-id"], headers["webhook-timestamp"], signed);
    return version === "v1a" && verify(null, all, publicKey, Buffer.from(signature, "base64"));
  },
};

function content(id, at, signed) {
  return Buffer.concat([Buffer.from(`${id}.${at}.`), signed]);
}
