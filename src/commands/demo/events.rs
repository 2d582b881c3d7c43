//! What the demo sends.

/// An event, and what should become of it.
pub struct Event {
    /// In a few words.
    pub name: &'static str,
    /// What is sent.
    pub body: String,
    /// Whether the endpoint is to see it.
    pub passes: bool,
    /// What the sender is to be told.
    pub status: u16,
}

/// What `batch.*` events are about.
const BATCH: &str = r#"{"id": "batch_1Fbj", "object": "batch", "status": "new"}"#;
/// Has a `type` of its own, which is not the event's.
const INVOICE: &str = r#"{"id": "in_1Fbj", "object": "invoice", "type": "batch.nested"}"#;
const CHARGE: &str = r#"{"id": "ch_1Fbj", "object": "charge", "amount": 1000}"#;

/// One of each kind.
pub fn all() -> [Event; 7] {
    let created = event("batch.created", BATCH);
    let updated = event("batch.updated", BATCH);
    let paid = event("invoice.paid", INVOICE);
    let failed = event("charge.failed", CHARGE);
    let mixed = format!("[{created}, {paid}]");
    let denied = format!("[{created}, {updated}]");
    let form = "type=batch.created".to_owned();
    [
        ("batch.created", created, false, 200),
        ("batch.updated", updated, false, 200),
        ("invoice.paid", paid, true, 200),
        ("charge.failed", failed, true, 500),
        ("type=batch.created, no JSON", form, true, 200),
        ("[batch.created, invoice.paid]", mixed, true, 200),
        ("[batch.created, batch.updated]", denied, false, 200),
    ]
    .map(|(name, body, passes, status)| Event {
        name,
        body,
        passes,
        status,
    })
}

/// An event as Stripe sends it: indented, the type last.
fn event(kind: &str, object: &str) -> String {
    format!(
        r#"{{
  "id": "evt_1FbjAb2eZvKYlo2C0001",
  "object": "event",
  "api_version": "2017-08-15",
  "created": 1573029053,
  "data": {{
    "object": {object}
  }},
  "livemode": false,
  "pending_webhooks": 2,
  "request": {{ "id": null, "idempotency_key": null }},
  "type": "{kind}"
}}"#
    )
}
