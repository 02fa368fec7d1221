"""Requests as Slack signs them."""

from __future__ import annotations

import time

import httpx
from slack_sdk.signature import SignatureVerifier

SECRET = "test-signing-secret"
FORM = "application/x-www-form-urlencoded"


async def post_signed(
    http: httpx.AsyncClient, body: str, kind: str = FORM, *, age: float = 0, secret: str = SECRET, **headers: str
) -> httpx.Response:
    """Send a request to the app's door, signed ``age`` seconds ago."""
    stamp = str(int(time.time() - age))
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body) or ""
    signed = {"Content-Type": kind, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature}
    return await http.post("/slack/events", content=body, headers={**signed, **headers})
