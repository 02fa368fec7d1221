"""Keeps other sites from sending our forms, by a cookie with its token and by what the browser says of itself; and
anybody from sending forms without end."""

from __future__ import annotations

import secrets
from datetime import datetime
from ipaddress import IPv6Address, IPv6Network, ip_address

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from subscriptions.errors import LinkError
from subscriptions.links import Purpose, Signer

COOKIE = "form"
FIELD = "form_token"

LARGEST_FORM = 100_000
"""Bytes; one with everything ticked has a few thousand."""


class BadForm(Exception):
    """A form that was not sent from our own page, or was open for too long."""


def form_token(request: Request, signer: Signer, now: datetime) -> tuple[str, str]:
    """A new token for a form, and the value of the cookie that has to come back with it."""
    cookie = request.cookies.get(COOKIE, "")
    if not 20 <= len(cookie) <= 60:
        cookie = secrets.token_urlsafe(24)
    return signer.sign(Purpose.FORM, signer.fingerprint(cookie), now), cookie


def keep_cookie(response: Response, cookie: str, *, secure: bool) -> None:
    response.set_cookie(COOKIE, cookie, max_age=86_400, httponly=True, samesite="strict", secure=secure)


def insist_on_our_form(request: Request, form: FormData, signer: Signer, now: datetime) -> None:
    """Raises BadForm where the token is not the cookie's, or the browser says that another site sent it."""
    insist_on_our_site(request)
    cookie = request.cookies.get(COOKIE, "")
    try:
        meant = signer.unsign(Purpose.FORM, str(form.get(FIELD, "")), now)
    except LinkError:
        raise BadForm from None
    if not cookie or meant != signer.fingerprint(cookie):
        raise BadForm


def insist_on_our_site(request: Request) -> None:
    """Browsers say where a request comes from; programs say nothing. Raises BadForm for another site."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise BadForm


async def read_form(request: Request) -> FormData:
    """The form that was sent, without files. Raises HTTPException where it is longer than any of ours."""
    left = LARGEST_FORM

    async def receive() -> Message:
        nonlocal left
        message = await request.receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413)
        return message

    return await Request(request.scope, receive).form(max_files=0, max_fields=300)


def client_of(request: Request) -> str:
    """Whoever asks, as far as the network tells; only ever kept as a keyed hash.

    Of version 6 it is the network of 64 bits: a single machine has all of its addresses.
    """
    host = request.client.host if request.client else "unknown"
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return host
    return str(address.ipv4_mapped or IPv6Network((address.packed, 64), strict=False))
