// What all have in common that sign as Standard Webhooks says.

import { Webhook } from "standardwebhooks";

/** A sender's events and signatures, with headers of this prefix. */
export function standard(secret, prefix, types = { passed: "user.created", denied: "user.updated" }) {
  const webhook = new Webhook(secret);
  return {
    ...types,
    event: (type, note) => ({ json: { type, timestamp: "2026-11-29T12:00:00Z", data: { id: "1", note } } }),
    secret,
    timed: true,
    signature: `${prefix}-signature`,
    sign: ({ text, at }) => ({
      [`${prefix}-id`]: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      [`${prefix}-timestamp`]: String(at),
      [`${prefix}-signature`]: webhook.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", new Date(at * 1000), text),
    }),
    others({ headers }) {
      const name = `${prefix}-signature`;
      const wrong = `v1,${"A".repeat(43)}=`;
      return {
        "two secrets": { [name]: `${wrong} ${headers[name]}` },
        "two secrets, the old one last": { [name]: `${headers[name]} ${wrong}` },
        "a signature of another kind beside it": { [name]: `v1a,${"A".repeat(86)}== v2,x ${headers[name]}` },
      };
    },
  };
}
