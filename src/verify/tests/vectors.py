#!/usr/bin/env python3
"""Makes vectors.txt: one event for each scheme, signed by nothing but hmac, hashlib and the package cryptography.

    pip install cryptography
    src/verify/tests/vectors.py > src/verify/tests/vectors.txt

Those marked "published" are not made here but copied from the sender's documentation or the tests of its own SDK, and
only checked.
"""

import base64
import hashlib
import hmac

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

NOW = "1700000000"
SECRET = "it's 1 secret"
BODY = '{"id":"1","type":"a.b","text":"ä \\u00e4"}'
URL = "https://hooks.example.com/in"


def b64(data):
    return base64.b64encode(data).decode()


def sha256(signed, secret=SECRET.encode()):
    return hmac.new(secret, signed.encode(), hashlib.sha256)


def sha1(signed):
    return hmac.new(SECRET.encode(), signed.encode(), hashlib.sha1)


def vector(name, headers, body=BODY, secret=SECRET, now=NOW, published="", **more):
    print(f"## {name}{published and ', published: ' + published}")
    print(f"secret {secret}")
    print(f"now {now}")
    for key, value in more.items():
        print(f"{key} {value}")
    for header in headers:
        print(f"header {header}")
    # The one line break in a body is at its end, and shown.
    print("body " + body.replace("\r\n", "\\r\\n") + "\n")


def made():
    plain = sha256(BODY)
    for name, field in {
        "github": "X-Hub-Signature-256: sha256=",
        "meta": "X-Hub-Signature-256: sha256=",
        "bitbucket": "X-Hub-Signature: sha256=",
        "linear": "Linear-Signature: ",
        "dropbox": "X-Dropbox-Signature: ",
    }.items():
        vector(name, [field + plain.hexdigest()])
    for name, field in {"shopify": "X-Shopify-Hmac-Sha256: ", "xero": "X-Xero-Signature: "}.items():
        vector(name, [field + b64(plain.digest())])
    vector("intercom", ["X-Hub-Signature: sha1=" + sha1(BODY).hexdigest()])
    stripe = sha256(f"{NOW}.{BODY}").hexdigest()
    vector("stripe", [f"Stripe-Signature: t={NOW},v1={stripe}"])
    vector("paddle", [f"Paddle-Signature: ts={NOW};h1={sha256(f'{NOW}:{BODY}').hexdigest()}"])
    v0 = "v0=" + sha256(f"v0:{NOW}:{BODY}").hexdigest()
    vector("slack", [f"X-Slack-Signature: {v0}", f"X-Slack-Request-Timestamp: {NOW}"])
    vector("zoom", [f"x-zm-signature: {v0}", f"x-zm-request-timestamp: {NOW}"])
    time = "2023-11-14T22:13:20.634234626Z"
    twitch = sha256(f"e76c6bd4{time}{BODY}").hexdigest()
    fields = {"Id": "e76c6bd4", "Timestamp": time, "Signature": "sha256=" + twitch}
    vector("twitch", [f"Twitch-Eventsub-Message-{name}: {value}" for name, value in fields.items()])
    vector("square", ["x-square-hmacsha256-signature: " + b64(sha256(URL + BODY).digest())], url=URL)
    vector("trello", ["X-Trello-Webhook: " + b64(sha1(BODY + URL).digest())], url=URL)
    # Escapes without letters: those in another case would mean the same.
    form = "mandrill_events=[{%22event%22:%22send%22}]&b=+1"
    signed = URL + "b" + " 1" + "mandrill_events" + '[{"event":"send"}]'
    vector("mandrill", ["X-Mandrill-Signature: " + b64(sha1(signed).digest())], body=form, url=URL)
    form = "To=18005551212&Body=a+b%21&MediaUrl=2&MediaUrl=1&MediaUrl=2"
    for port in "", ":443":
        signed = f"https://hooks.example.com{port}/in?a=%20b" + "Bodya b!" + "MediaUrl1MediaUrl2" + "To18005551212"
        headers = ["X-Twilio-Signature: " + b64(sha1(signed).digest())]
        vector("twilio", headers, body=form, url=URL, target="/in?a=%20b")
    query = "a=b&bodySHA256=" + hashlib.sha256(BODY.encode()).hexdigest()
    headers = ["X-Twilio-Signature: " + b64(sha1(f"{URL}?{query}").digest())]
    vector("twilio", headers, url=URL, target=f"/in?{query}")
    vector("token", ["X-Telegram-Bot-Api-Secret-Token: " + SECRET], header_name="X-Telegram-Bot-Api-Secret-Token")
    vector("hmac-sha256", ["X-Sig: a " + b64(plain.digest())], header_name="X-Sig", prefix="a ", encoding="base64")
    vector("hmac-sha1", ["X-Sig: " + sha1(BODY).hexdigest()], header_name="X-Sig")
    key = bytes(range(32))
    standard = "v1," + b64(sha256(f"msg_1.{NOW}.{BODY}", key).digest())
    edwards = Ed25519PrivateKey.from_private_bytes(key)
    public = edwards.public_key().public_bytes_raw()
    v1a = "v1a," + b64(edwards.sign(f"msg_1.{NOW}.{BODY}".encode()))
    for prefix, signature, secret in (
        ("webhook", standard, "whsec_" + b64(key)),
        ("svix", "v1," + b64(sha256(f"msg_1.{NOW}.{BODY}", key[::-1]).digest()), b64(key[::-1])),
        ("webhook", v1a, "whpk_" + b64(public)),
    ):
        headers = [f"{prefix}-id: msg_1", f"{prefix}-timestamp: {NOW}", f"{prefix}-signature: {signature}"]
        vector("standard-webhooks", headers, secret=secret)
    discord = edwards.sign(f"{NOW}{BODY}".encode()).hex()
    headers = [f"X-Signature-Ed25519: {discord}", f"X-Signature-Timestamp: {NOW}"]
    vector("discord", headers, secret=public.hex())
    curve = ec.derive_private_key(7, ec.SECP256R1())
    signature = curve.sign(f"{NOW}{BODY}".encode(), ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    field = "X-Twilio-Email-Event-Webhook"
    headers = [f"{field}-Signature: {b64(signature)}", f"{field}-Timestamp: {NOW}"]
    public = curve.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    vector("sendgrid", headers, secret=b64(public))


def published():
    secret, body = "It's a Secret to Everybody", "Hello, World!"
    signature = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert sha256(body, secret.encode()).hexdigest() == signature
    headers = ["X-Hub-Signature-256: sha256=" + signature]
    vector("github", headers, body, secret, published="GitHub Docs, Validating webhook deliveries")

    secret, time = "8f742231b10e8888abcd99yyyzzz85a5", "1531420618"
    body = (
        "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    signature = "a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert sha256(f"v0:{time}:{body}", secret.encode()).hexdigest() == signature
    headers = [f"X-Slack-Signature: v0={signature}", f"X-Slack-Request-Timestamp: {time}"]
    vector("slack", headers, body, secret, time, published="Slack, Verifying requests from Slack")

    secret, time, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "1614265330", '{"test": 2432232314}'
    name, signature = "msg_p5jXN8AQM9LWM0D4loKWxJek", "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    key = base64.b64decode(secret.removeprefix("whsec_"))
    assert b64(sha256(f"{name}.{time}.{body}", key).digest()) == signature
    headers = [f"webhook-id: {name}", f"webhook-timestamp: {time}", f"webhook-signature: v1,{signature}"]
    vector("standard-webhooks", headers, body, secret, time, published="tests of the library standardwebhooks")

    key = (
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8"
        "eNEc6wEA3F+g=="
    )
    signature = "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM="
    body = (
        '[{"email":"hello@world.com","event":"dropped","reason":"Bounced Address",'
        '"sg_event_id":"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA",'
        '"sg_message_id":"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0",'
        '"smtp-id":"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>","timestamp":1600112492}]\r\n'
    )
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    public = load_der_public_key(base64.b64decode(key))
    public.verify(base64.b64decode(signature), f"1600112502{body}".encode(), ec.ECDSA(hashes.SHA256()))
    field = "X-Twilio-Email-Event-Webhook"
    headers = [f"{field}-Signature: {signature}", f"{field}-Timestamp: 1600112502"]
    vector("sendgrid", headers, body, key, "1600112502", published="tests of SendGrid's helper EventWebhook")

    body = "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212"
    url, signature = "https://mycompany.com/myapp.php", "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    signed = f"{url}?foo=1&bar=2" + (
        "CallSidCA1234567890ABCDECaller+14158675309Digits1234From+14158675309To+18005551212"
    )
    assert b64(hmac.new(b"12345", signed.encode(), hashlib.sha1).digest()) == signature
    headers = ["X-Twilio-Signature: " + signature]
    more = {"url": url, "target": "/myapp.php?foo=1&bar=2"}
    vector("twilio", headers, body, "12345", published="Twilio's tests of RequestValidator", **more)


made()
published()
