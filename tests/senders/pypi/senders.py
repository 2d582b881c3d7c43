"""The senders that sign each in a way of its own, with their SDKs from PyPI."""

import base64
import contextlib
import hmac
import io
import json
from hashlib import sha256
from types import SimpleNamespace
from urllib.parse import parse_qs

import stripe
from Adyen.util import generate_notification_sig, is_valid_hmac_notification
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from discord_interactions import verify_key
from nacl.signing import SigningKey
from paddle_billing.Notifications import PaddleSignature, Secret, Verifier
from sendgrid.helpers.eventwebhook import EventWebhook
from sender import Sender
from slack_sdk.signature import SignatureVerifier
from square.utils.webhooks_helper import verify_signature as verify_square
from twilio.request_validator import RequestValidator


def with_stripe():
    secret = "whsec_b0a1c2d3e4f5"
    sign = stripe.WebhookSignature.generate_signature_header
    verify = stripe.Webhook.construct_event

    def event(note):
        return {"json": {"id": "evt_1", "object": "event", "data": {"object": {"note": note}}, "type": "invoice.paid"}}

    return Sender(
        name="stripe",
        sdk="stripe",
        event=event,
        secret=secret,
        signature="Stripe-Signature",
        timed=True,
        sign=lambda request: {"Stripe-Signature": sign(request.text, secret, request.at)},
        verify=lambda request: verify(request.signed, request.headers["Stripe-Signature"], secret),
    )


def with_slack():
    verifier = SignatureVerifier("8f742231b10e8888abcd99yyyzzz85a5")

    def sign(request):
        at = str(request.at)
        signature = verifier.generate_signature(timestamp=at, body=request.signed)
        return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": signature}

    return Sender(
        name="slack",
        sdk="slack-sdk",
        event=lambda note: {"json": {"event": {"type": "message", "text": note}, "type": "event_callback"}},
        secret=verifier.signing_secret,
        signature="X-Slack-Signature",
        timed=True,
        sign=sign,
        verify=lambda request: verifier.is_valid_request(request.signed, request.headers),
    )


def with_discord():
    key = SigningKey.generate()
    public = key.verify_key.encode().hex()

    def sign(request):
        at = str(request.at)
        signature = key.sign(at.encode() + request.signed).signature.hex()
        return {"X-Signature-Timestamp": at, "X-Signature-Ed25519": signature}

    def verify(request):
        about = [request.headers[name] for name in ("X-Signature-Ed25519", "X-Signature-Timestamp")]
        # It prints why not.
        with contextlib.redirect_stdout(io.StringIO()):
            return verify_key(request.signed, *about, public)

    return Sender(
        name="discord",
        sdk="discord-interactions",
        event=lambda note: {"json": {"type": 1, "event": {"type": "ENTITLEMENT_CREATE", "data": {"note": note}}}},
        secret=public,
        signature="X-Signature-Ed25519",
        bytes=True,
        timed=True,
        sign=sign,
        verify=verify,
    )


class Form(dict):
    """A form as frameworks hand it to the SDK."""

    def __init__(self, text):
        super().__init__(parse_qs(text, keep_blank_values=True))

    getlist = dict.get


def with_twilio():
    validator = RequestValidator("a-token-of-an-account")
    header = "X-Twilio-Signature"
    pairs = [("MessageSid", "SM1"), ("MessageStatus", "delivered"), ("AccountSid", "AC1"), ("ApiVersion", "2010-04-01")]
    common = {"sdk": "twilio", "secret": validator.token.decode(), "signature": header, "url": True}
    form = Sender(
        name="twilio",
        event=lambda note: {"form": [*pairs, ("Body", note)]},
        query=lambda signed: "?conf=a%20b&to=%2B1415",
        sign=lambda request: {header: validator.compute_signature(request.url, Form(request.text))},
        verify=lambda request: validator.validate(request.url, Form(request.text), request.headers[header]),
        **common,
    )
    body = Sender(
        name="twilio-json",
        title="twilio, JSON",
        preset="twilio",
        event=lambda note: {"json": {"MessageSid": "SM1", "MessageStatus": "delivered", "note": note}},
        query=lambda signed: f"?conf=1&bodySHA256={sha256(signed).hexdigest()}",
        sign=lambda request: {header: validator.compute_signature(request.url, {})},
        verify=lambda request: validator.validate(request.url, request.text, request.headers[header]),
        **common,
    )
    return form, body


def with_sendgrid():
    key = ec.generate_private_key(ec.SECP256R1())
    encoding, form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    public = base64.b64encode(key.public_key().public_bytes(encoding, form)).decode()
    webhook = EventWebhook(public)
    signature, timestamp = (f"X-Twilio-Email-Event-Webhook-{name}" for name in ("Signature", "Timestamp"))

    def verify(request):
        return webhook.verify_signature(request.text, request.headers[signature], request.headers[timestamp])

    def sign(request):
        signed = key.sign(str(request.at).encode() + request.signed, ec.ECDSA(hashes.SHA256()))
        return {timestamp: str(request.at), signature: base64.b64encode(signed).decode()}

    return Sender(
        name="sendgrid",
        sdk="sendgrid",
        event=lambda note: {"json": [{"event": "bounce", "category": note}, {"event": "bounce"}]},
        secret=public,
        signature=signature,
        timed=True,
        sign=sign,
        verify=verify,
    )


def with_square():
    secret, header = "asdf1234", "x-square-hmacsha256-signature"

    def sign(request):
        signature = hmac.digest(secret.encode(), request.url.encode() + request.signed, sha256)
        return {header: base64.b64encode(signature).decode()}

    return Sender(
        name="square",
        sdk="squareup",
        event=lambda note: {"json": {"type": "payment.created", "data": {"type": "payment", "object": {"note": note}}}},
        secret=secret,
        signature=header,
        url=True,
        sign=sign,
        verify=lambda request: verify_square(
            request_body=request.text,
            signature_header=request.headers[header],
            signature_key=secret,
            notification_url=request.url,
        ),
    )


def with_adyen():
    key = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056"

    def event(note):
        item = {
            "pspReference": "7914073381342284",
            "merchantAccountCode": "TestMerchant",
            "amount": {"value": 1130, "currency": "EUR"},
            "eventCode": "AUTHORISATION",
            "success": "true",
            "merchantReference": note,
        }
        signature = generate_notification_sig(item, key).decode()
        signed = {"additionalData": {"hmacSignature": signature}, **item}
        return {"json": {"live": "false", "notificationItems": [{"NotificationRequestItem": signed}]}}

    return Sender(
        name="adyen",
        sdk="Adyen",
        event=event,
        unsigned="signs inside the body",
        sign=lambda request: {},
        verify=lambda request: is_valid_hmac_notification(json.loads(request.signed), key),
    )


def with_paddle():
    secret = "pdl_ntfset_01_secret"
    # Of its own it takes 5 s, which a busy machine may need.
    verifier = Verifier(maximum_variance=300)

    def sign(request):
        h1 = PaddleSignature.calculate_hmac(secret, f"{request.at}:".encode() + request.signed).hexdigest()
        return {"Paddle-Signature": f"ts={request.at};h1={h1}"}

    def verify(request):
        return verifier.verify(SimpleNamespace(headers=request.headers, body=request.signed), Secret(secret))

    return Sender(
        name="paddle",
        sdk="paddle-python-sdk",
        event=lambda note: {"json": {"event_type": "transaction.completed", "data": {"note": note}}},
        secret=secret,
        signature="Paddle-Signature",
        timed=True,
        sign=sign,
        verify=verify,
    )


OWN = [
    with_stripe(),
    with_slack(),
    with_discord(),
    *with_twilio(),
    with_sendgrid(),
    with_square(),
    with_adyen(),
    with_paddle(),
]
