"""Events as Stripe writes them: indented, the type last, an object of any size inside."""

import json

DENIED = "batch.created"


def event(kind, size):
    """The body of an event of about `size` bytes: an invoice with as many lines as that takes."""
    line = len(encode(kind, 2)) - len(encode(kind, 1))
    lines = round((size - len(encode(kind, 0))) / line)
    return encode(kind, max(lines, 0))


def encode(kind, lines):
    invoice = {
        "id": "in_1FbjAcKZ7Vn0Qm5c",
        "object": "invoice",
        "billing_reason": "subscription_cycle",
        "type": "not the type of the event",
        "lines": {"object": "list", "data": [invoice_line(n) for n in range(lines)], "has_more": False},
    }
    envelope = {
        "id": "evt_1FbjAbKZ7Vn0Qm5cU2Xe9aRd",
        "object": "event",
        "api_version": "2019-10-17",
        "created": 1573029053,
        "data": {"object": invoice},
        "livemode": True,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }
    return json.dumps(envelope, indent=2, ensure_ascii=False).encode()


def invoice_line(number):
    return {
        "id": f"il_{number:06}",
        "object": "line_item",
        "amount": 1900,
        "currency": "eur",
        "description": f"1 × Café “Größe M” (at €19.00 / month) \\ seat {number:06}",
        "discountable": True,
        "metadata": {"team": "blue"},
        "period": {"start": 1573029053, "end": 1575621053},
        "price": {"id": "price_1FbjAd", "active": True, "type": "recurring", "unit_amount": 1900},
        "type": "subscription",
    }
