// What most documented formulas come to.

import { createHmac, timingSafeEqual } from "node:crypto";

/** The HMAC-SHA256 of these parts one after the other, in hex. */
export function hex(secret, ...parts) {
  return hmac("sha256", secret, parts).toString("hex");
}

/** The same in Base64. */
export function base64(secret, ...parts) {
  return hmac("sha256", secret, parts).toString("base64");
}

/** The HMAC-SHA1, in hex. */
export function sha1Hex(secret, ...parts) {
  return hmac("sha1", secret, parts).toString("hex");
}

/** The HMAC-SHA1, in Base64. */
export function sha1Base64(secret, ...parts) {
  return hmac("sha1", secret, parts).toString("base64");
}

/** Whether a header holds this. */
export function same(got, wanted) {
  const [left, right] = [Buffer.from(got ?? ""), Buffer.from(wanted)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function hmac(algorithm, secret, parts) {
  const sum = createHmac(algorithm, secret);
  for (const part of parts) sum.update(part);
  return sum.digest();
}
