// All senders, in the order of the matrix.

const NAMES = `
  stripe github gitlab bitbucket shopify shopify-events woocommerce slack discord twilio twilio-json sendgrid paypal
  mailchimp mandrill mailgun postmark square adyen paddle zoom linear standard-webhooks
  standard-webhooks-ed25519 svix openai clerk resend telegram meta twitch trello xero dropbox dropbox-sign
  hubspot microsoft-graph jira asana intercom calendly typeform aws-sns azure-event-grid cloudevents
  cloudevents-binary
`;

/** Those whose names hold one of these words, and whether they are all there are. Each is what README.md says. */
export async function load(words) {
  const all = NAMES.trim().split(/\s+/);
  const names = all.filter((name) => words.some((word) => name.includes(word)));
  const senders = await Promise.all(names.map((name) => import(`./senders/${name}.mjs`)));
  return { senders: senders.map((sender) => sender.default), isAll: names.length === all.length };
}
