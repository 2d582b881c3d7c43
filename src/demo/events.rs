//! What the demo sends.

/// An event, and what should become of it.
pub struct Event {
    /// In words.
    pub what: &'static str,
    /// What is sent.
    pub body: String,
    /// Whether the endpoint is to see it.
    pub passes: bool,
    /// What the sender is to be told.
    pub status: u16,
}

/// One of each kind.
pub fn all() -> Vec<Event> {
    let passed = |what, body| Event {
        what,
        body,
        passes: true,
        status: 200,
    };
    let dropped = |what, body| Event {
        what,
        body,
        passes: false,
        status: 200,
    };
    let batch = r#"{"id": "batch_1Fbj", "object": "batch", "status": "new"}"#;
    let invoice =
        r#"{"id": "in_1Fbj", "object": "invoice", "amount_due": 1000, "type": "not the event's"}"#;
    vec![
        dropped(
            "batch.created, which no documentation names",
            event("batch.created", batch),
        ),
        dropped("batch.updated", event("batch.updated", batch)),
        passed("invoice.paid", event("invoice.paid", invoice)),
        Event {
            what: "charge.failed, which the endpoint answers with a 500: the sender will try again",
            body: event("charge.failed", "{}"),
            passes: true,
            status: 500,
        },
        passed("a body that is not JSON", "type=batch.created".to_owned()),
        passed(
            "an array of batch.created and invoice.paid, which can only pass or be dropped whole",
            format!(
                "[{}, {}]",
                event("batch.created", batch),
                event("invoice.paid", invoice)
            ),
        ),
        dropped(
            "an array of batch.created and batch.updated",
            format!(
                "[{}, {}]",
                event("batch.created", batch),
                event("batch.updated", batch)
            ),
        ),
    ]
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
