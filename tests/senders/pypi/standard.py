"""The senders that sign as Standard Webhooks says, with their SDKs from PyPI."""

from datetime import datetime, timezone

import openai
import resend
import standardwebhooks
import svix.webhooks
from sender import Sender


def standard(name, sdk, secret, prefix, webhook, verify, kind="user.created"):
    """One that signs as Standard Webhooks says, with headers of this prefix."""
    identity = "msg_p5jXN8AQM9LWM0D4loKWxJek"

    def event(note):
        return {"json": {"type": kind, "timestamp": "2026-11-29T12:00:00Z", "data": {"id": "1", "note": note}}}

    def sign(request):
        signature = webhook.sign(identity, datetime.fromtimestamp(request.at, timezone.utc), request.text)
        return {f"{prefix}-id": identity, f"{prefix}-timestamp": str(request.at), f"{prefix}-signature": signature}

    return Sender(
        name=name,
        sdk=sdk,
        event=event,
        secret=secret,
        signature=f"{prefix}-signature",
        timed=True,
        sign=sign,
        verify=verify,
    )


def with_standard_webhooks():
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    webhook = standardwebhooks.Webhook(secret)

    def verify(request):
        return webhook.verify(request.signed, request.headers)

    return standard("standard-webhooks", "standardwebhooks", secret, "webhook", webhook, verify)


def with_svix():
    # The SDK takes those without `whsec_` in front too.
    secret = "C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
    webhook = svix.webhooks.Webhook(secret)

    def verify(request):
        webhook.verify(request.signed, request.headers)
        return True

    return standard("svix", "svix", secret, "svix", webhook, verify)


def with_openai():
    secret = "whsec_b3BlbmFpIHNheXMgc28gaGVyZQ=="
    client = openai.OpenAI(api_key="unused", webhook_secret=secret)
    webhook = standardwebhooks.Webhook(secret)

    def verify(request):
        return client.webhooks.unwrap(request.signed, request.headers)

    return standard("openai", "openai", secret, "webhook", webhook, verify, "response.completed")


def with_resend():
    secret = "whsec_cmVzZW5kIHNheXMgc28gaGVyZQ=="
    webhook = standardwebhooks.Webhook(secret)

    def verify(request):
        headers = {name: request.headers[f"svix-{name}"] for name in ("id", "timestamp", "signature")}
        return resend.Webhooks.verify({"payload": request.text, "headers": headers, "webhook_secret": secret})

    return standard("resend", "resend", secret, "svix", webhook, verify, "email.bounced")


STANDARD = [with_standard_webhooks(), with_svix(), with_openai(), with_resend()]
